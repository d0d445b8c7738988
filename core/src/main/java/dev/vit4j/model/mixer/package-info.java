/**
 * The MLP-Mixer family.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.mixer;

import org.jspecify.annotations.NullMarked;
