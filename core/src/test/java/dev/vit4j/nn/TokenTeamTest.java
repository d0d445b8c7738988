package dev.vit4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Threads that share the tokens of a batch out between them. */
class TokenTeamTest {
  private static final ExecutorService OTHERS = Executors.newCachedThreadPool();

  @AfterAll
  static void end() {
    OTHERS.shutdown();
  }

  private static Tensor tokens() {
    return Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6}, 1, 7, 1);
  }

  @Test
  void withoutATeamNothingIsShared() {
    try (Scope scope = Scope.open()) {
      Tensor all = tokens();
      assertThat(TokenTeam.share(all, 1)).isSameAs(all);
      assertThat(TokenTeam.all(all, 1)).isSameAs(all);
    }
  }

  @Test
  void everyMemberSeesAllInOrderEveryTime() {
    for (int size : new int[] {1, 2, 3, 4}) {
      AtomicInteger shares = new AtomicInteger();
      float[] sum =
          TokenTeam.run(
              size,
              OTHERS,
              () -> {
                try (Scope scope = Scope.open()) {
                  Tensor mine = TokenTeam.share(tokens(), 1);
                  shares.addAndGet((int) mine.count());
                  for (int i = 0; i < 50; i++) { // a memory that is freed too early would show
                    try (Scope inner = Scope.open()) {
                      Tensor all = TokenTeam.all(mine.add(i), 1);
                      mine = inner.keep(TokenTeam.share(all, 1).add(-i).copy());
                    }
                  }
                  return TokenTeam.all(mine, 1).toFloats();
                }
              });
      assertThat(sum).containsExactly(0, 1, 2, 3, 4, 5, 6);
      assertThat(shares).hasValue(7);
    }
  }

  @Test
  void aFailureOfAnyMemberEndsAllAndIsTheOneThatIsTold() {
    for (int culprit = 0; culprit < 3; culprit++) {
      int bad = culprit;
      AtomicInteger next = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  TokenTeam.run(
                      3,
                      OTHERS,
                      () -> {
                        if (next.getAndIncrement() == bad) {
                          throw new IllegalArgumentException("the culprit");
                        }
                        try (Scope scope = Scope.open()) {
                          return TokenTeam.all(TokenTeam.share(tokens(), 1), 1).count();
                        }
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the culprit");
    }
  }

  @Test
  void membersThatCannotBeStartedAreAFailureAndNoWait() {
    assertThatThrownBy(
            () ->
                TokenTeam.run(
                    2,
                    task -> {
                      throw new RejectedExecutionException("no threads");
                    },
                    () -> {
                      try (Scope scope = Scope.open()) {
                        return TokenTeam.all(TokenTeam.share(tokens(), 1), 1).count();
                      }
                    }))
        .hasMessage("no threads");
  }
}
