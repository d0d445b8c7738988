package dev.vit4j.hub;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.ShardIndex;
import dev.vit4j.web.Address;
import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Downloads the required files of a Hub model at one commit. */
public final class HubFetch implements Fetch {
  private static final String TIMM = "timm/";
  private static final int MOST_SHARDS = 1000;
  private static final long MOST_JSON = 100_000_000; // bytes, the readers' limit

  private final HubModel model;
  private final HubSettings settings;
  private final Web web;
  private final HubServer server;
  private final HubCache cache;
  private final List<RemoteFile> files = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private @Nullable String commit;

  private HubFetch(HubModel model, String byHand, HubSettings settings, Web web)
      throws IOException {
    this.model = model;
    this.settings = settings;
    this.web = web;
    this.server = new HubServer(model, byHand, settings, web);
    this.cache = new HubCache(settings.hubCache(), model.id());
  }

  private static HubFetch online(HubModel model, String byHand, HubSettings settings, Web web)
      throws IOException {
    HubFetch fetch = new HubFetch(model, byHand, settings, web);
    if (settings.isOffline()) {
      throw fetch.server.failed("downloads are disabled by HF_HUB_OFFLINE or VIT4J_OFFLINE");
    }
    return fetch;
  }

  /**
   * Requests the metadata of open_clip's configuration and weights.
   *
   * @param byHand the instructions for a manual download
   */
  static HubFetch planOpenClip(HubModel model, String byHand, HubSettings settings, Web web)
      throws IOException {
    HubFetch fetch = online(model, byHand, settings, web);
    boolean complete = fetch.add(HubFiles.OPEN_CLIP_CONFIG).isPresent();
    for (String name : HubFiles.OPEN_CLIP) {
      if (complete && fetch.add(name).isPresent()) {
        return fetch;
      }
    }
    throw fetch.server.refused(
        "it has no %s with %s at '%s'"
            .formatted(
                HubFiles.OPEN_CLIP_CONFIG,
                String.join(" or ", HubFiles.OPEN_CLIP),
                model.revision()));
  }

  /** Requests the metadata of the configuration, the preprocessing and the best weights format. */
  static HubFetch plan(HubModel model, HubSettings settings, Web web) throws IOException {
    HubFetch fetch = online(model, model.byHand(settings), settings, web);
    Optional<RemoteFile> config = fetch.add(HubFiles.CONFIG);
    fetch.add(HubFiles.PREPROCESSOR);
    List<String> names = fetch.weights(config);
    for (String name : names) {
      Optional<RemoteFile> weights = fetch.add(name);
      if (weights.isPresent()) {
        if (HubFiles.isIndex(name)) {
          fetch.addShards(weights.get());
        }
        if (!model.id().startsWith(TIMM)) { // which has no models of texts
          fetch.addTokenizer();
        }
        return fetch;
      }
    }
    throw fetch.server.refused(
        "it has none of %s at '%s': is it a model with PyTorch weights?"
            .formatted(String.join(", ", names), model.revision()));
  }

  /**
   * Returns the possible names of the weights file, best first. A repository with open_clip's files
   * contains an open_clip model, except for timm's, which also contain the image model.
   */
  private List<String> weights(Optional<RemoteFile> config) throws IOException {
    Optional<RemoteFile> openClip = find(HubFiles.OPEN_CLIP_CONFIG);
    if (openClip.isEmpty()) {
      return HubFiles.WEIGHTS;
    }
    if (config.isPresent() && isTimms(config.get())) {
      return HubFiles.join(HubFiles.WEIGHTS, HubFiles.OPEN_CLIP);
    }
    files.add(openClip.get());
    return HubFiles.join(HubFiles.OPEN_CLIP, HubFiles.WEIGHTS);
  }

  private boolean isTimms(RemoteFile config) throws IOException {
    try {
      return JsonMapper.shared().readTree(read(config)).has("architecture");
    } catch (JacksonException e) {
      throw server.refused("%s is not JSON: %s".formatted(config.from(), FormatException.words(e)));
    }
  }

  private Optional<RemoteFile> add(String name) throws IOException {
    Optional<RemoteFile> file = find(name);
    file.ifPresent(files::add);
    return file;
  }

  private Optional<RemoteFile> find(String name) throws IOException {
    String asked = commit == null ? model.revision() : commit;
    Optional<HubServer.Found> found = server.find(asked, name);
    if (found.isEmpty()) {
      missing.add(name);
      return Optional.empty();
    }
    RemoteFile file = found.get().file();
    if (commit != null && !commit.equals(found.get().commit())) {
      throw server.refused("%s is from another commit than requested".formatted(file.from()));
    }
    if (name.endsWith(".json") && file.bytes() > MOST_JSON) {
      throw server.refused("%s has %,d bytes, too many for JSON".formatted(name, file.bytes()));
    }
    commit = found.get().commit();
    return Optional.of(file);
  }

  /** Adds the tokenizer of a model that reads texts. */
  private void addTokenizer() throws IOException {
    boolean found = add(HubFiles.TOKENIZER).isPresent();
    for (String name : found ? List.<String>of() : HubFiles.VOCABULARY) {
      found |= add(name).isPresent();
    }
    for (String name : found ? HubFiles.TOKENIZER_CONFIG : List.<String>of()) {
      add(name);
    }
  }

  private void addShards(RemoteFile index) throws IOException {
    for (String shard : shards(index)) {
      if (!HubFiles.isShard(index.name(), shard)) {
        throw server.refused(
            "its index names '%s', which is not a file in the same folder".formatted(shard));
      }
      if (add(shard).isEmpty()) {
        throw server.refused("its index names %s, which does not exist".formatted(shard));
      }
    }
  }

  private Set<String> shards(RemoteFile index) throws IOException {
    ShardIndex parsed = ShardIndex.parse(index.from().toString(), read(index));
    Set<String> shards = new TreeSet<>(parsed.weightMap().values());
    if (shards.size() > MOST_SHARDS) {
      throw server.refused("its index names more than %d files".formatted(MOST_SHARDS));
    }
    return shards;
  }

  /** Downloads a small file that names other required files. */
  private byte[] read(RemoteFile file) throws IOException {
    try {
      Address address = new Address(file.from(), server.token());
      return web.read(address, (int) file.bytes(), (from, bytes, total) -> {});
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw server.failed(file.from(), e);
    }
  }

  @Override
  public List<Item> items() {
    return files.stream().map(this::item).toList();
  }

  private Item item(RemoteFile file) {
    return new Item(
        file.name(),
        file.from(),
        file.bytes(),
        cache.has(file, version()),
        cache.pointer(file, version()));
  }

  @Override
  public String version() {
    if (commit == null) {
      throw new IllegalStateException("nothing is planned");
    }
    return commit;
  }

  @Override
  public Path place() {
    return cache.snapshot(version());
  }

  @Override
  public void run(DownloadProgress progress) throws IOException {
    for (RemoteFile file : files) {
      if (!cache.has(file, version())) {
        fetch(file, progress);
      }
      cache.link(file, version(), settings.allowsLinks());
    }
    for (String name : missing) {
      cache.markMissing(name, version());
    }
    cache.remember(model.revision(), version());
  }

  private void fetch(RemoteFile file, DownloadProgress progress) throws IOException {
    try {
      new OneFile(web, file, server.token(), cache.part(file), cache.blob(file), cache.lock(file))
          .fetch(progress);
    } catch (FileSystemException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw server.failed(file.from(), e);
    }
  }
}
