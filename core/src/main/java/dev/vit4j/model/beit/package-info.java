/** BEiT and BEiTv2: vision transformers with relative position biases. */
@NullMarked
package dev.vit4j.model.beit;

import org.jspecify.annotations.NullMarked;
