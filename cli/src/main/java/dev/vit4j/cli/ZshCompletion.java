package dev.vit4j.cli;

import java.util.List;
import java.util.stream.Stream;

/** The script for zsh, which shows the descriptions too. */
final class ZshCompletion {
  private ZshCompletion() {}

  static String script(List<Completed> verbs) {
    StringBuilder script = new StringBuilder();
    script.append(
        """
        #compdef vit
        # zsh completion of vit; printed by: vit completion zsh
        _vit_or_file() {
          compadd -- "$@"
          _files
        }
        _vit() {
          local -a verbs
          local verb=$words[2]
          if (( CURRENT == 2 )); then
        """);
    describe(script, "    ", verbs.stream().filter(Completed::isTop), "");
    script.append("    return\n  fi\n  shift words; (( CURRENT-- ))\n");
    for (Completed verb : verbs) {
      if (!verb.verbs().isEmpty()) {
        script.append("  if [[ $verb == %s ]]; then\n".formatted(verb.verb()));
        script.append("    if (( CURRENT == 2 )); then\n");
        String before = verb.verb() + " ";
        describe(
            script,
            "      ",
            verbs.stream().filter(each -> each.verb().startsWith(before)),
            before);
        script.append("      return\n    fi\n    verb=\"$verb $words[2]\"\n");
        script.append("    shift words; (( CURRENT-- ))\n  fi\n");
      }
    }
    script.append("  case $verb in\n");
    verbs.forEach(verb -> verb(script, verb));
    script.append(
        """
          esac
        }
        compdef _vit vit
        # as a file of $fpath it is the function itself
        if [ "$funcstack[1]" = _vit ]; then _vit "$@"; fi
        """);
    return script.toString();
  }

  private static void describe(
      StringBuilder script, String indent, Stream<Completed> verbs, String before) {
    script.append(indent).append("verbs=(\n");
    verbs.forEach(
        verb ->
            script.append(
                "%s  '%s:%s'\n"
                    .formatted(
                        indent,
                        verb.verb().substring(before.length()),
                        quoted(verb.description().replace(":", "\\:")))));
    script.append(indent).append(")\n").append(indent).append("_describe command verbs\n");
  }

  private static void verb(StringBuilder script, Completed verb) {
    script.append("    '%s')\n      _arguments".formatted(verb.verb()));
    verb.options().forEach(option -> script.append(" \\\n        ").append(argument(option)));
    script
        .append(" \\\n        '*:argument:")
        .append(action(verb.values(), true))
        .append("'\n      ;;\n");
  }

  /** A specification for {@code _arguments}: the names exclude each other. */
  private static String argument(Completed.Option option) {
    String spec =
        "[%s]".formatted(quoted(option.description().replaceAll("([\\[\\]:])", "\\\\$1")));
    if (!option.label().isEmpty()) {
      String label = quoted(option.label().replace(":", "\\:"));
      spec += ":%s:%s".formatted(label, action(option.values(), option.mayBeFile()));
    }
    List<String> names = option.names();
    if (names.size() == 1) {
      return "'%s%s'".formatted(name(names.get(0), option), spec);
    }
    return "'(%s)'{%s}'%s'"
        .formatted(
            String.join(" ", names),
            String.join(",", names.stream().map(name -> name(name, option)).toList()),
            spec);
  }

  private static String name(String name, Completed.Option option) {
    return name.startsWith("--") && !option.label().isEmpty() ? name + "=" : name;
  }

  private static String action(List<String> values, boolean mayBeFile) {
    if (values.isEmpty()) {
      return "_files";
    }
    return (mayBeFile ? " _vit_or_file %s" : "(%s)").formatted(String.join(" ", values));
  }

  /** A text between single quotes. */
  private static String quoted(String text) {
    return text.replace("'", "'\\''");
  }
}
