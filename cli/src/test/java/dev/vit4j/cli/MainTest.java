package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.web.Web;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
  @Test
  void shortHelpFitsASmallTerminal() {
    Vit help = Vit.run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out().lines().count()).isLessThanOrEqualTo(24);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(help.out()).contains("train", "recipes", "models", "data", "doctor");
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void theHelpOfAnyVerbFitsASmallTerminal(String verb) {
    String[] words = (verb + " -h").split(" ");
    Vit help = Vit.run(words);
    assertThat(help.code()).isZero();
    assertThat(help.out().lines().count()).isBetween(5L, 24L);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(help.out()).startsWith("Usage: vit " + verb).contains("--help");
  }

  @Test
  void theShortHelpHasTheUsualOptions() {
    assertThat(Vit.run("train", "-h").out())
        .contains("--data=NAME|PATH", "--epochs=N", "-b, --batch-size=N", "--lr=RATE", "--resume")
        .contains("more.", "./vit train mnist-sample")
        .doesNotContain("--sched");
  }

  @Test
  void withoutAVerbTheHelpIsShown() {
    assertThat(Vit.run().out()).isEqualTo(Vit.run("--help").out());
  }

  /** Every verb, and every verb of a verb, such as {@code data info}. */
  static List<String> verbs() {
    List<String> verbs = new ArrayList<>();
    add(Main.commandLine(), "", verbs);
    return verbs;
  }

  private static void add(CommandLine command, String before, List<String> verbs) {
    command
        .getSubcommands()
        .forEach(
            (name, verb) -> {
              verbs.add(before + name);
              add(verb, before + name + " ", verbs);
            });
  }

  @Test
  void allVerbsAreKnown() {
    assertThat(verbs()).hasSizeGreaterThan(18).contains("train", "fetch", "data", "data verify");
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void helpOfAVerbEndsWithTwoExamples(String verb) {
    Vit help = Vit.run((verb + " --help").split(" ", -1));
    assertThat(help.code()).isZero();
    assertThat(help.out().lines().toList()).last().asString().startsWith("  ./vit " + verb);
    assertThat(help.out().lines().filter(line -> line.startsWith("  ./vit "))).hasSize(2);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void unknownVerbNamesTheNearest() {
    Vit vit = Vit.run("trian");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err().lines()).hasSize(1);
    assertThat(vit.err()).startsWith("vit: unknown command 'trian': did you mean train?");
  }

  @Test
  void unknownOptionNamesTheNearest() {
    Vit vit = Vit.run("train", "--epoch", "3");
    assertThat(vit.code()).isEqualTo(2);
    assertThat(vit.err().lines()).hasSize(1);
    assertThat(vit.err()).contains("'--epoch'", "--epochs", "vit train --help");
  }

  @Test
  void debugAddsTheStackTrace() {
    String[] command = {"recipes", "mnist-sampel"};
    assertThat(Vit.run(command).err().lines()).hasSize(1);
    assertThat(Vit.run("recipes", "mnist-sampel", "--debug").err()).contains("\tat dev.vit4j");
  }

  @Test
  void versionIsSaid() {
    assertThat(Vit.run("--version").out()).startsWith("vit4j ");
  }

  @Test
  void onlyTheApplicationLetsPasswordsOfProxiesPass() {
    String before = System.getProperty(Web.TUNNEL_WITHOUT);
    try {
      System.clearProperty(Web.TUNNEL_WITHOUT);
      Main.sendPasswordsOfProxies();
      assertThat(System.getProperty(Web.TUNNEL_WITHOUT)).isEmpty();
      System.setProperty(Web.TUNNEL_WITHOUT, "Basic");
      Main.sendPasswordsOfProxies();
      assertThat(System.getProperty(Web.TUNNEL_WITHOUT)).as("the user's").isEqualTo("Basic");
    } finally {
      if (before == null) {
        System.clearProperty(Web.TUNNEL_WITHOUT);
      } else {
        System.setProperty(Web.TUNNEL_WITHOUT, before);
      }
    }
  }

  @Test
  void aClassThatCannotStartSaysWhy() {
    IllegalStateException why = new IllegalStateException("libtorch has no Java binding here");
    assertThat(Failures.words(new ExceptionInInitializerError(why))).isEqualTo(why.getMessage());
  }
}
