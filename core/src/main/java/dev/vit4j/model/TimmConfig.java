package dev.vit4j.model;

import java.util.Map;

/**
 * What timm's {@code config.json} says about a model besides its weights' preprocess.
 *
 * @param architecture timm's name where timm can build the model, else ours
 * @param modelArgs words for that constructor
 * @param numFeatures width of what the head reads
 * @param globalPool how tokens or pixels become one vector, such as {@code avg}
 * @param firstConv name of the part that reads the pixels
 * @param classifier name of the head
 * @param fixedInputSize whether timm hands {@code img_size} to the constructor
 */
public record TimmConfig(
    String architecture,
    Map<String, Object> modelArgs,
    int numFeatures,
    String globalPool,
    String firstConv,
    String classifier,
    boolean fixedInputSize) {}
