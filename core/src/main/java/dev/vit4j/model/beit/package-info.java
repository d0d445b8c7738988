/**
 * BEiT, EVA and EVA-02: vision transformers with relative or rotary positions.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.beit;

import org.jspecify.annotations.NullMarked;
