package dev.vit4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The script for bash, from 3.2 of macOS on. Where no name fits, readline completes files. */
final class BashCompletion {
  private BashCompletion() {}

  static String script(List<Completed> verbs) {
    StringBuilder script = new StringBuilder();
    script.append(
        """
        # bash completion of vit; printed by: vit completion bash
        _vit() {
          local cur=${COMP_WORDS[COMP_CWORD]} opt=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} words= options=
          # --name=value comes as three words
          if [ "$cur" = = ]; then cur=; elif [ "$opt" = = ]; then opt=${COMP_WORDS[COMP_CWORD-2]}; fi
          COMPREPLY=()
        """);
    script.append("  if [ \"$COMP_CWORD\" = 1 ]; then\n    words='");
    script.append(verbs.stream().filter(Completed::isTop).map(Completed::verb).collect(words()));
    script.append("'\n    verb=\n  fi\n");
    verbs.stream().filter(verb -> !verb.verbs().isEmpty()).forEach(verb -> below(script, verb));
    script.append("  case $verb in\n");
    verbs.forEach(verb -> verb(script, verb));
    script.append(
        """
          esac
          case $cur in -*) words=$options ;; esac
          COMPREPLY=($(compgen -W "$words" -- "$cur"))
        }
        complete -o default -F _vit vit
        """);
    return script.toString();
  }

  private static java.util.stream.Collector<CharSequence, ?, String> words() {
    return Collectors.joining(" ");
  }

  /** The verb of a verb. */
  private static void below(StringBuilder script, Completed verb) {
    script.append(
        "  if [ \"$verb\" = %s ] && [ \"$COMP_CWORD\" -gt 2 ]; then verb=\"%s ${COMP_WORDS[2]}\"; fi\n"
            .formatted(verb.verb(), verb.verb()));
  }

  private static void verb(StringBuilder script, Completed verb) {
    List<String> names = new ArrayList<>();
    verb.options().forEach(option -> names.addAll(option.names()));
    List<String> words = verb.verbs().isEmpty() ? verb.values() : verb.verbs();
    script.append("    '%s')\n".formatted(verb.verb()));
    script.append("      options='%s'\n".formatted(String.join(" ", names)));
    script.append("      words='%s'\n".formatted(String.join(" ", words)));
    List<Completed.Option> valued =
        verb.options().stream().filter(option -> !option.label().isEmpty()).toList();
    if (!valued.isEmpty()) {
      script.append("      case $opt in\n");
      valued.stream().filter(o -> !o.values().isEmpty()).forEach(option -> values(script, option));
      String others =
          valued.stream()
              .filter(option -> option.values().isEmpty())
              .flatMap(option -> option.names().stream())
              .collect(Collectors.joining(" | "));
      if (!others.isEmpty()) {
        script.append("        %s) return ;;\n".formatted(others));
      }
      script.append("      esac\n");
    }
    script.append("      ;;\n");
  }

  private static void values(StringBuilder script, Completed.Option option) {
    script.append(
        "        %s) words='%s' options= ;;\n"
            .formatted(String.join(" | ", option.names()), String.join(" ", option.values())));
  }
}
