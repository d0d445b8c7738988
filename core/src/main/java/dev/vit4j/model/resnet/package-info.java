/**
 * The ResNet family: torchvision's models and variants for small images.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.model.resnet;

import org.jspecify.annotations.NullMarked;
