package dev.vit4j.hub;

import dev.vit4j.format.FormatException;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Published weights, identified by name. */
public sealed interface Published permits HubModel, OpenClipModel, TorchvisionModel {
  /**
   * Parses a name: {@code org/name}, {@code org/name@revision}, {@code hf-hub:org/name}, timm's
   * {@code vit_tiny_patch16_224.augreg_in21k_ft_in1k}, open_clip's {@code
   * ViT-B-32.laion2b_s34b_b79k}, {@code torchvision/vit_b_16} or {@code resnet50.IMAGENET1K_V2}.
   *
   * @return empty if the text is not such a name
   * @throws IllegalArgumentException for unknown weights of torchvision or open_clip
   */
  static Optional<Published> parse(String word) {
    Optional<TorchvisionModel> torchvision = TorchvisionModel.parse(word);
    if (torchvision.isPresent()) {
      return Optional.of(torchvision.get());
    }
    Optional<OpenClipModel> openClip = OpenClipModel.parse(word);
    return openClip.isPresent()
        ? Optional.of(openClip.get())
        : HubModel.parse(word).map(model -> model);
  }

  /** The name, in a form that {@link #parse} accepts. */
  String name();

  /** The URL of the model's page or file. */
  String page(HubSettings settings);

  /**
   * Returns the local folder or file of the weights; empty if they are not complete.
   *
   * @throws IOException if a cache entry is invalid
   */
  Optional<Path> cached(HubSettings settings) throws IOException;

  /** Describes which files to copy where, for machines without network access. */
  String byHand(HubSettings settings);

  /**
   * Requests the list of files from the server. Only files that name others are downloaded: the
   * index of sharded weights, and the configuration in repositories with open_clip's files.
   *
   * @throws IOException in one line with the server's response and what to do
   */
  Fetch plan(HubSettings settings, Web web) throws IOException;

  /**
   * Returns the local folder or file of the weights.
   *
   * @throws IOException in one line with the command that downloads them or, if downloads are
   *     disabled, the files to copy
   */
  default Path require(HubSettings settings) throws IOException {
    Optional<Path> path = cached(settings);
    if (path.isPresent()) {
      return path.get();
    }
    throw new FormatException(
        name(),
        -1,
        settings.isOffline()
            ? "is not in the local cache, and downloads are disabled: put " + byHand(settings)
            : "is not a file or folder, nor a model in the local cache: run `vit fetch %s`"
                .formatted(name()));
  }
}
