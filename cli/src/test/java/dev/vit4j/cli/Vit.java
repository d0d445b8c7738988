package dev.vit4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one call of the command line gave. */
record Vit(int code, String out, String err) {
  static Vit run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine vit = Main.commandLine(args);
    vit.setOut(new PrintWriter(out, true));
    vit.setUsageHelpAutoWidth(false); // whatever the terminal, 80 columns
    vit.setErr(new PrintWriter(err, true));
    int code = Main.execute(vit, args);
    return new Vit(code, out.toString(), err.toString());
  }

  /** stdout as the one JSON object that it must be. */
  JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }
}
