/** Classifiers of feature vectors: as layers, as arguments in configuration files, as ONNX. */
@NullMarked
package dev.vit4j.head;

import org.jspecify.annotations.NullMarked;
