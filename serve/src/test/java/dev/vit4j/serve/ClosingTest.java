package dev.vit4j.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingTest {
  @TempDir Path dir;

  private ServeOptions options() {
    return ServeOptions.of(Map.of("vit", SmallModels.vit(dir.resolve("vit"))))
        .listeningOn("127.0.0.1", 0);
  }

  /** Every request is answered with 200, or its connection was never accepted. */
  @RepeatedTest(3)
  void noAcceptedRequestIsLost() throws Exception {
    VitServer server = VitServer.open(options());
    Client client = new Client(server);
    byte[] png = SmallModels.png(200, 200, 1);
    ConcurrentLinkedQueue<String> others = new ConcurrentLinkedQueue<>();
    CountDownLatch warm = new CountDownLatch(60);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (true) {
                  try {
                    int status =
                        client
                            .sendAsync(
                                client
                                    .request("/v1/predict")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(png)))
                            .join()
                            .status();
                    if (status != 200) {
                      others.add("status " + status);
                    }
                    warm.countDown();
                  } catch (CompletionException e) {
                    if (!(e.getCause() instanceof ConnectException)) {
                      others.add(String.valueOf(e.getCause()));
                    }
                    return; // nobody listens any more
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    warm.await();
    server.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(others).isEmpty();
  }

  /** A request that takes longer than an idle connection may live. */
  @Test
  void aLongRequestIsAnswered() throws IOException {
    VitServer server = VitServer.open(options());
    Client client = new Client(server);
    Client.Parts parts = new Client.Parts();
    byte[] png = SmallModels.png(1200, 1200, 1);
    for (int i = 0; i < 7; i++) {
      parts.file(i + ".png", png);
    }
    CompletableFuture<Client.Answer> answer =
        client.sendAsync(parts.to(client.request("/v1/predict")));
    while (!client.get("/metrics").text().contains("vit4j_queue 7.0")) {
      assertThat(answer).isNotDone();
    }
    server.close();
    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(answer.join().json().get("results")).hasSize(7);
    assertThat(answer.join().header("Connection")).isEqualTo("close");
  }

  @Test
  void closesTwiceAndFreesThePort() throws IOException {
    VitServer server = VitServer.open(options());
    int port = server.port();
    server.close();
    server.close();
    assertThat(server.isReady()).isFalse();
    try (VitServer again = VitServer.open(options().listeningOn("127.0.0.1", port))) {
      assertThat(again.port()).isEqualTo(port);
    }
  }
}
