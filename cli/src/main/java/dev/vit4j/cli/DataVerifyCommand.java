package dev.vit4j.cli;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.Verify;
import dev.vit4j.format.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code vit data verify}: reads every sample and reports bad ones and duplicates. */
@Command(
    name = "verify",
    description =
        "Read every sample; report bad ones and duplicates. Exit code 1 if there are bad ones.",
    footer = {
      "",
      "Examples:",
      "  ./vit data verify mnist-sample",
      "  ./vit data verify mnist-sample --json"
    })
final class DataVerifyCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  @Mixin CommonOptions common;
  @Mixin DataSource source;

  @Override
  public Integer call() throws IOException {
    Output output = common.output();
    Splits splits = source.open(output);
    Verify verify = Verify.of(splits.all());
    List<Map<String, Object>> bad = new ArrayList<>();
    for (Verify.Problem problem : verify.problems()) {
      output.result(problem.source() + ": " + problem.reason());
      bad.add(Json.of("source", problem.source(), "reason", problem.reason()));
    }
    List<Map<String, Object>> twice = duplicates(verify, output);
    for (Dataset data : splits.all()) {
      long broken = verify.problems().stream().filter(p -> p.data().equals(data.name())).count();
      output.result(
          "%s: %s read, %,d bad".formatted(data.name(), Count.of(data.size(), "sample"), broken));
    }
    if (!twice.isEmpty()) {
      output.result(
          "Duplicates: %,d, of which in another split: %,d"
              .formatted(twice.size(), verify.acrossParts().size()));
    }
    Map<String, Object> json = Json.of("checked", verify.checked(), "bad", bad);
    json.put("duplicates", twice);
    output.json(json);
    return bad.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static List<Map<String, Object>> duplicates(Verify verify, Output output) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Verify.Duplicate twin : verify.duplicates()) {
      if (all.size() < SHOWN) {
        output.result(
            "%s: same pixels as %s%s"
                .formatted(
                    twin.source(),
                    twin.firstSource(),
                    twin.sameLabel() ? "" : ", but another class"));
      } else if (all.size() == SHOWN) {
        output.result("… and %,d more".formatted(verify.duplicates().size() - SHOWN));
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("source", twin.source());
      row.put("first", twin.firstSource());
      row.put("across_parts", !twin.data().equals(twin.firstData()));
      row.put("same_label", twin.sameLabel());
      all.add(row);
    }
    return all;
  }
}
