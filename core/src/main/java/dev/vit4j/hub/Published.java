package dev.vit4j.hub;

import dev.vit4j.format.FormatException;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Weights that somebody has published under a name. */
public sealed interface Published permits HubModel, TorchvisionModel {
  /**
   * Reads a name: {@code org/name}, {@code org/name@revision}, {@code hf-hub:org/name}, timm's
   * {@code vit_tiny_patch16_224.augreg_in21k_ft_in1k}, {@code torchvision/vit_b_16} or {@code
   * resnet50.IMAGENET1K_V2}.
   *
   * @return empty if the word cannot be such a name
   * @throws IllegalArgumentException for torchvision's weights that it does not have
   */
  static Optional<Published> parse(String word) {
    Optional<TorchvisionModel> torchvision = TorchvisionModel.parse(word);
    return torchvision.isPresent()
        ? Optional.of(torchvision.get())
        : HubModel.parse(word).map(model -> model);
  }

  /** The name, as {@link #parse} reads it. */
  String name();

  /** The page or address that people know it by. */
  String page(HubSettings settings);

  /**
   * Where its weights lie on this machine: a folder or a file; empty if not all of them do.
   *
   * @throws IOException if a cache holds nonsense
   */
  Optional<Path> cached(HubSettings settings) throws IOException;

  /** Which files to put where, in words, for machines without a network. */
  String byHand(HubSettings settings);

  /**
   * Asks the server which files there are. Nothing is downloaded but what tells that: the index of
   * weights in several files, the configuration where open_clip's lies beside it.
   *
   * @throws IOException in one line that says what the server said and what to do
   */
  Fetch plan(HubSettings settings, Web web) throws IOException;

  /**
   * Where its weights lie on this machine.
   *
   * @throws IOException in one line that names the command that fetches them, or, where downloads
   *     are forbidden, which file to put where
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
            ? "is not on this machine, and downloads are forbidden: put " + byHand(settings)
            : "no such file or folder, and as a published model it is not on this machine: run `vit fetch %s`"
                .formatted(name()));
  }
}
