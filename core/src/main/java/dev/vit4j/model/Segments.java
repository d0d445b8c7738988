package dev.vit4j.model;

/**
 * A model that outputs one score per pixel and class: {@code apply} maps [B, C, H, W] to logits [B,
 * K, H, W].
 */
public interface Segments {}
