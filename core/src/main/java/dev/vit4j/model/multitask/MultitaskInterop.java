package dev.vit4j.model.multitask;

import dev.vit4j.model.ForeignTensors;
import dev.vit4j.model.ImageDefaults;
import dev.vit4j.model.Interop;
import dev.vit4j.model.Model;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The original network, a {@code torch.nn.Module} of a ResNet for CIFAR without its last two
 * children ({@code fe}), {@code nn.Transformer}'s encoder ({@code te}) and two heads ({@code cat},
 * {@code reg}).
 */
final class MultitaskInterop implements Interop {
  static final MultitaskInterop MULTITASK = new MultitaskInterop();

  private static final int MASKS = 4; // of the original
  private static final int CIFAR_WIDTH = 16;

  private static final NameTable ORIGINAL =
      NameTable.of(
          "PyTorch",
          Origin.TORCHVISION,
          "",
          "fe.0.weight",
          """
          fe.0.*                             backbone.conv1.*
          fe.1.*                             backbone.bn1.*
          fe.3.#.conv#.*                     backbone.layer1.#.conv#.*
          fe.3.#.bn#.*                       backbone.layer1.#.bn#.*
          fe.3.#.downsample.#.*              backbone.layer1.#.downsample.#.*
          fe.4.#.conv#.*                     backbone.layer2.#.conv#.*
          fe.4.#.bn#.*                       backbone.layer2.#.bn#.*
          fe.4.#.downsample.#.*              backbone.layer2.#.downsample.#.*
          fe.5.#.conv#.*                     backbone.layer3.#.conv#.*
          fe.5.#.bn#.*                       backbone.layer3.#.bn#.*
          fe.5.#.downsample.#.*              backbone.layer3.#.downsample.#.*
          te.layers.#.self_attn.in_proj_*    encoder.layers.#.self_attn.in_proj_*
          te.layers.#.self_attn.out_proj.*   encoder.layers.#.self_attn.out_proj.*
          te.layers.#.linear#.*              encoder.layers.#.linear#.*
          te.layers.#.norm#.*                encoder.layers.#.norm#.*
          te.norm.*                          encoder.norm.*
          cat.*                              label_head.*
          reg.1.*                            mask_head.fc1.*
          reg.4.*                            mask_head.fc2.*
          """);

  private MultitaskInterop() {}

  @Override
  public List<NameTable> tables() {
    return List.of(ORIGINAL);
  }

  @Override
  public Set<String> tellable() {
    return Set.of("img_size", "masks_per_patch", "num_heads");
  }

  @Override
  public Map<String, Object> argsOf(ForeignTensors weights) {
    Map<String, Object> known = weights.known(Map.of());
    Tensor conv = weights.require("backbone.conv1.weight", 4);
    Tensor labels = weights.require("label_head.weight", 2);
    Tensor hidden = weights.require("encoder.layers.0.linear1.weight", 2);
    Tensor masks = weights.require("mask_head.fc2.weight", 2); // [pixels · masks, hidden]
    int perPatch = count(weights, known, "masks_per_patch", MASKS);
    int side = (int) Math.round(Math.sqrt((double) masks.size(0) / perPatch));
    if ((long) side * side * perPatch != masks.size(0)) {
      throw new IllegalArgumentException(
          "mask_head.fc2.weight (reg.4.weight) has %d rows, which are not %d masks of square patches: set masks_per_patch"
              .formatted(masks.size(0), perPatch));
    }
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("backbone", backbone(weights.state(), (int) conv.size(0)));
    args.put("in_chans", (int) conv.size(1));
    args.put("num_classes", (int) labels.size(0));
    args.put("masks_per_patch", perPatch);
    args.put("patch_size", side);
    args.put("depth", blocks(weights.state(), "encoder.layers.%d.norm1.weight"));
    args.put("dim_feedforward", (int) hidden.size(0));
    args.put("num_heads", count(weights, known, "num_heads", 8));
    args.put("mask_hidden", (int) masks.size(1));
    int[] size = weights.toldSize();
    args.put("img_size", size == null ? List.of(7 * side, 7 * side) : List.of(size[0], size[1]));
    return args;
  }

  private static int count(
      ForeignTensors weights, Map<String, Object> known, String name, int usual) {
    if (known.get(name) instanceof Integer told) {
      return told;
    }
    weights.assume(name, usual);
    return usual;
  }

  /** The catalog's ResNet for CIFAR: three stages of n blocks, 6n + 2 layers. */
  private static String backbone(Map<String, Tensor> state, int width) {
    int first = blocks(state, "backbone.layer1.%d.conv1.weight");
    int last = blocks(state, "backbone.layer3.%d.conv1.weight");
    if (width != CIFAR_WIDTH || first == 0 || first != last) {
      throw new IllegalArgumentException(
          "the front-end (fe) is not a ResNet for CIFAR with three stages of equal length");
    }
    return "resnet%d_cifar".formatted(6 * first + 2);
  }

  private static int blocks(Map<String, Tensor> state, String name) {
    int blocks = 0;
    while (state.containsKey(name.formatted(blocks))) {
      blocks++;
    }
    return blocks;
  }

  /** The normalization of the front-end, which was trained on CIFAR-100; images are not cropped. */
  @Override
  public ImageDefaults images(NameTable table, Model model) {
    return new ImageDefaults(
        "bilinear", 1, "squash", List.of(0.5070, 0.4865, 0.4409), List.of(0.2673, 0.2564, 0.2761));
  }
}
