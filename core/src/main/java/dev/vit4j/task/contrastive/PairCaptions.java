package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Captions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Captions of images, one of each drawn for a batch. */
final class PairCaptions implements Captioner {
  private final Texts texts;
  private final Captions captions;

  PairCaptions(Texts texts, Captions captions) {
    this.texts = texts;
    this.captions = captions;
  }

  @Override
  public Drawn draw(Batch batch, SplittableRandom random) {
    List<String> drawn =
        Arrays.stream(batch.indices())
            .mapToObj(captions::of)
            .map(own -> own.get(random.nextInt(own.size())))
            .toList();
    return new Drawn(drawn.stream().map(texts::tokens).toList(), ContrastiveLoss.groups(drawn));
  }
}
