package dev.vit4j.cli;

import dev.vit4j.format.Count;
import dev.vit4j.hub.Fetch;
import dev.vit4j.hub.HubModel;
import dev.vit4j.hub.HubSettings;
import dev.vit4j.hub.Pretrained;
import dev.vit4j.hub.Published;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vit fetch}: downloads published weights into the caches that Python's libraries use. */
@Command(
    name = "fetch",
    description = "Download published weights; existing files are kept.",
    footer = {
      "",
      "Files are verified and stored in the caches of huggingface_hub and torch.hub.",
      "Interrupted downloads are resumed. The variables HTTPS_PROXY, HTTP_PROXY,",
      "ALL_PROXY and NO_PROXY are used as in Python.",
      "",
      "Examples:",
      "  ./vit fetch timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k --dry-run",
      "  ./vit fetch torchvision/resnet18"
    })
final class FetchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "ORG/NAME on the Hugging Face Hub, torchvision/NAME[.TAG], open_clip's NAME.TAG, or a name with pretrained weights in vit models.")
  String name = "";

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "Branch, tag or commit, same as ORG/NAME@REVISION.")
  @Nullable String revision;

  @Option(names = "--dry-run", description = "List the files and their sizes without downloading.")
  boolean dryRun;

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    HubSettings settings = HubSettings.ofMachine();
    Published model = model();
    Optional<Path> here = settings.isOffline() ? model.cached(settings) : Optional.empty();
    if (here.isPresent()) {
      out.note("Downloads are disabled: using the cached files");
      out.result("Stored in: " + here.get());
      out.json(json(model, settings, "", here.get(), List.of()));
      return ExitCode.OK;
    }
    Fetch fetch = model.plan(settings, new Web(Web.PATIENCE));
    List<Fetch.Item> items = fetch.items();
    announce(out, model, settings, fetch);
    if (!dryRun) {
      boolean live = !common.quiet && Terminal.isInteractive();
      fetch.run(new Received(out, live ? spec.commandLine().getErr() : null));
    }
    items.forEach(item -> out.result(line(item)));
    out.result(
        (dryRun ? "Dry run, nothing downloaded; would be stored in: " : "Stored in: ")
            + fetch.place());
    out.json(json(model, settings, fetch.version(), fetch.place(), items));
    return ExitCode.OK;
  }

  private Published model() {
    boolean plain = Models.names().contains(name) && Published.parse(name).isEmpty();
    Published model = plain ? Pretrained.named(name) : parsed();
    if (revision == null) {
      return model;
    }
    if (model instanceof HubModel hub) {
      return hub.at(revision);
    }
    throw new IllegalArgumentException(
        "--revision applies only to models of the Hugging Face Hub, not to " + name);
  }

  private Published parsed() {
    return Published.parse(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not a name of published weights: use ORG/NAME, torchvision/NAME or a NAME.TAG of timm or open_clip"
                        .formatted(name)));
  }

  /** Announces the files, their size and their source. */
  private static void announce(Output out, Published model, HubSettings settings, Fetch fetch) {
    long all = fetch.items().stream().mapToLong(Fetch.Item::bytes).sum();
    out.note(
        "%s%s: %s, %s, %s to download from %s"
            .formatted(
                model.name(),
                fetch.version().isEmpty() ? "" : " (commit " + fetch.version() + ")",
                Count.of(fetch.items().size(), "file"),
                Received.size(all),
                Received.size(fetch.missing()),
                model.page(settings)));
  }

  private String line(Fetch.Item item) {
    return "%12s  %-8s %s".formatted(Received.size(item.bytes()), status(item), item.name());
  }

  /** Returns the status of a file. */
  private String status(Fetch.Item item) {
    return item.isHere() ? "here" : dryRun ? "missing" : "fetched";
  }

  private Map<String, Object> json(
      Published model, HubSettings settings, String version, Path place, List<Fetch.Item> items) {
    List<Map<String, Object>> files = new ArrayList<>();
    for (Fetch.Item item : items) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", item.name());
      row.put("bytes", item.bytes());
      row.put("status", status(item));
      row.put("from", item.from());
      row.put("path", item.path());
      files.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("commit", version);
    json.put("from", model.page(settings));
    json.put("path", place);
    json.put("files", files);
    return json;
  }
}
