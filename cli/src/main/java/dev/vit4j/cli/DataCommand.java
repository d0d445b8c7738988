package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vit data}: what there is to train on. */
@Command(
    name = "data",
    description = "List, describe, draw, check or fetch data sets.",
    subcommands = {
      DataInfoCommand.class,
      DataShowCommand.class,
      DataVerifyCommand.class,
      DataFetchCommand.class
    },
    footer = {"", "Examples:", "  ./vit data list", "  ./vit data info mnist-sample"})
final class DataCommand implements Runnable {
  @Spec CommandSpec spec;

  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "vit data needs one of list, info, show, verify, fetch");
  }

  /** The known data sets. */
  @Command(
      name = "list",
      description = "List the known data sets.",
      footer = {"", "Examples:", "  ./vit data list", "  ./vit data list --json"})
  void list(@Mixin CommonOptions common) {
    Output output = common.output();
    output.result("%-17s %8s %8s %8s  %s".formatted("name", "train", "test", "classes", "shape"));
    List<Map<String, Object>> all = new ArrayList<>();
    for (Datasets.Info info : Datasets.list()) {
      output.result(
          "%-17s %,8d %,8d %8d  %s"
              .formatted(info.name(), info.train(), info.test(), info.classes(), info.shape()));
      output.result("%17s %s".formatted("", info.description()));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", info.name());
      row.put("description", info.description());
      row.put("train", info.train());
      row.put("test", info.test());
      row.put("classes", info.classes());
      row.put("shape", info.shape());
      row.put("built_in", info.builtIn());
      all.add(row);
    }
    output.result(
        "Your images: folder (CLASS/IMAGE below train/ and test/, or an archive), list (files 'path label') or segmentation-folder (images/ and masks/)");
    output.json(Map.of("datasets", all));
  }
}
