package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Verify;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code vit data verify}: reads every sample and names the bad ones. */
@Command(
    name = "verify",
    description = "Read every sample and name the bad ones; exit code 1 if there are any.",
    footer = {
      "",
      "Examples:",
      "  ./vit data verify mnist-sample",
      "  ./vit data verify mnist-sample --json"
    })
final class DataVerifyCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin DataSource source;

  @Override
  public Integer call() throws IOException {
    Output output = common.output();
    Splits splits = source.open();
    int checked = 0;
    List<Map<String, Object>> bad = new ArrayList<>();
    for (Dataset data : splits.all()) {
      Verify verify = Verify.of(data);
      checked += verify.checked();
      for (Verify.Problem problem : verify.problems()) {
        output.result(problem.source() + ": " + problem.reason());
        bad.add(Map.of("source", problem.source(), "reason", problem.reason()));
      }
      output.result(
          "%s: %,d samples read, %,d bad"
              .formatted(data.name(), verify.checked(), verify.problems().size()));
    }
    output.json(Map.of("checked", checked, "bad", bad));
    return bad.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
