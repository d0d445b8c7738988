package dev.vit4j.model.multitask;

import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Dropout;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;

/** Dropout, linear layer, ReLU, dropout, linear layer: tokens to the logits of their masks. */
final class MaskHead extends Module {
  private final Dropout dropout;
  private final Linear fc1; // [D -> hidden]
  private final Linear fc2; // [hidden -> pixels · masks]
  private final int masks;

  MaskHead(Init init, int dim, MultitaskConfig config) {
    this.masks = config.masks();
    this.dropout = child("dropout", new Dropout(config.maskDropout()));
    this.fc1 = child("fc1", new Linear(init, dim, config.maskHidden(), true));
    this.fc2 = child("fc2", new Linear(init, config.maskHidden(), config.pixels() * masks, true));
  }

  /** [B, P, D] to [B, P, pixels, masks]. */
  @Override
  protected Tensor forward(Tensor tokens) {
    Tensor hidden = fc1.apply(dropout.apply(tokens), Activation.RELU); // [B, P, hidden]
    Tensor all = fc2.apply(dropout.apply(hidden)); // [B, P, pixels · masks]
    return all.view(all.size(0), all.size(1), all.size(2) / masks, masks);
  }
}
