package dev.vit4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vit completion}: prints a script with which a shell completes commands of vit. */
@Command(
    name = "completion",
    hidden = true, // the list of verbs fits a terminal of 24 lines
    description = "Print a script that completes commands in bash, zsh or fish.",
    footer = {
      "",
      "In ~/.bashrc:                     source <(vit completion bash)",
      "In ~/.zshrc, after compinit:      source <(vit completion zsh)",
      "In ~/.config/fish/config.fish:    vit completion fish | source",
      "",
      "Examples:",
      "  ./vit completion bash",
      "  ./vit completion fish"
    })
final class CompletionCommand implements Runnable {
  /** The shells. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "The shell.")
  Shell shell = Shell.bash;

  @Mixin CommonOptions common;

  @Override
  public void run() {
    List<Completed> verbs = new ArrayList<>(Completed.verbs(Main.commandLine()));
    if (Main.inClone()) {
      verbs.addAll(Completed.spark());
    }
    String script =
        switch (shell) {
          case bash -> BashCompletion.script(verbs);
          case zsh -> ZshCompletion.script(verbs);
          case fish -> FishCompletion.script(verbs);
        };
    Output output = common.output();
    script.lines().forEach(output::result);
    output.json(Map.of("shell", shell.name(), "script", script));
  }
}
