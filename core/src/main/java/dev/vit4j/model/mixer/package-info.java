/** The MLP-Mixer family. */
@NullMarked
package dev.vit4j.model.mixer;

import org.jspecify.annotations.NullMarked;
