/** Trained models on the images of an Apache Spark cluster. */
@NullMarked
package dev.vit4j.spark;

import org.jspecify.annotations.NullMarked;
