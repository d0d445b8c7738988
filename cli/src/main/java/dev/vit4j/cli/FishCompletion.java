package dev.vit4j.cli;

import java.util.List;

/** The script for fish, which shows the descriptions too. */
final class FishCompletion {
  private FishCompletion() {}

  static String script(List<Completed> verbs) {
    StringBuilder script = new StringBuilder();
    script.append(
        """
        # fish completion of vit; printed by: vit completion fish
        function __vit_at # whether the words before the cursor begin with these verbs
          set -l before (commandline -opc)
          set -l last (math (count $argv) + 1)
          test (count $before) -ge $last
          and test "$before[2..$last]" = "$argv"
        end
        complete -c vit -f -n 'test (count (commandline -opc)) = 1'
        """);
    for (Completed verb : verbs) {
      String place =
          verb.isTop()
              ? "test (count (commandline -opc)) = 1"
              : "__vit_at %s; and test (count (commandline -opc)) = 2"
                  .formatted(verb.verb().substring(0, verb.verb().indexOf(' ')));
      String word = verb.verb().substring(verb.verb().indexOf(' ') + 1);
      line(script, place, "-f -a " + word, verb.description());
    }
    for (Completed verb : verbs) {
      String place = "__vit_at " + verb.verb();
      verb.options().forEach(option -> line(script, place, flags(option), option.description()));
      if (!verb.values().isEmpty()) {
        line(script, place, "-a '%s'".formatted(String.join(" ", verb.values())), "");
      }
    }
    return script.toString();
  }

  private static void line(StringBuilder script, String place, String flags, String description) {
    script.append("complete -c vit -n '%s' %s".formatted(place, flags));
    if (!description.isEmpty()) {
      script.append(" -d '%s'".formatted(description.replace("\\", "\\\\").replace("'", "\\'")));
    }
    script.append('\n');
  }

  private static String flags(Completed.Option option) {
    StringBuilder flags = new StringBuilder();
    for (String name : option.names()) {
      boolean isLong = name.startsWith("--");
      flags.append(isLong ? "-l " : "-s ").append(name.replaceFirst("^--?", "")).append(' ');
    }
    if (!option.label().isEmpty()) {
      flags.append(option.mayBeFile() ? "-r " : "-x ");
    }
    if (!option.values().isEmpty()) {
      flags.append("-a '%s'".formatted(String.join(" ", option.values())));
    }
    return flags.toString().stripTrailing();
  }
}
