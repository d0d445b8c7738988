package dev.vit4j.model;

/**
 * A model that gives every pixel one score per class: {@code apply} takes [B, C, H, W] to logits
 * [B, K, H, W].
 */
public interface Segments {}
