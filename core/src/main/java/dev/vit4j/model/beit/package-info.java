/** BEiT, EVA and EVA-02: vision transformers with relative or rotary positions. */
@NullMarked
package dev.vit4j.model.beit;

import org.jspecify.annotations.NullMarked;
