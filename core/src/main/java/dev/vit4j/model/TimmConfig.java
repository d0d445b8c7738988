package dev.vit4j.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's entries in timm's {@code config.json}, without the preprocessing.
 *
 * @param architecture timm's name if timm can build the model, else ours
 * @param modelArgs arguments of timm's constructor; null is Python's {@code None}
 * @param numFeatures width of the features that the head reads
 * @param globalPool pooling of tokens or pixels into one vector, such as {@code avg}
 * @param firstConv name of the layer that reads the pixels
 * @param classifier name of the head
 * @param fixedInputSize whether timm passes {@code img_size} to the constructor
 */
public record TimmConfig(
    String architecture,
    Map<String, @Nullable Object> modelArgs,
    int numFeatures,
    String globalPool,
    String firstConv,
    String classifier,
    boolean fixedInputSize) {}
