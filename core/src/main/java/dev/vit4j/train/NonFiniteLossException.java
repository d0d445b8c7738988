package dev.vit4j.train;

/** Thrown if the loss becomes NaN or infinite; the last checkpoint is unaffected. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NonFiniteLossException(long step, int epoch, double loss, double lr) {
    super(
        "the loss became %s at step %d (epoch %d, learning rate %.3g): use a lower lr, warmup_epochs or clip_grad; weights/last contains the last finite state"
            .formatted(loss, step, epoch, lr));
  }
}
