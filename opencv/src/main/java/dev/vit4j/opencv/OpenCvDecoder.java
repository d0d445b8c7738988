package dev.vit4j.opencv;

import dev.vit4j.image.PixelDecoder;
import dev.vit4j.tensor.KnownNatives;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Decodes JPEG and lossy WebP with OpenCV. */
public final class OpenCvDecoder implements PixelDecoder {
  private static final Pattern JPEG_LIBRARY = Pattern.compile("JPEG:.*?ver ([0-9.]+)");

  /**
   * Loads OpenCV's native libraries.
   *
   * @throws LinkageError if there are none for this platform; the message names the dependency to
   *     add
   */
  public OpenCvDecoder() {
    try {
      KnownNatives.load("opencv", () -> Loader.load(opencv_imgcodecs.class));
    } catch (LinkageError e) {
      String platform = Loader.getPlatform();
      String library = System.mapLibraryName("jniopencv_core");
      if (Loader.class.getResource("/org/bytedeco/opencv/" + platform + "/" + library) == null) {
        throw new UnsatisfiedLinkError(
            "add the dependency org.bytedeco:opencv with the classifier " + platform);
      }
      throw e;
    }
    opencv_core.setNumThreads(1); // images are decoded in parallel, each by one thread
  }

  @Override
  public String name() {
    try (BytePointer build = opencv_core.getBuildInformation();
        BytePointer version = opencv_core.getVersionString()) {
      Matcher jpeg = JPEG_LIBRARY.matcher(build.getString());
      return "libjpeg-turbo%s (OpenCV %s)"
          .formatted(
              jpeg.find() ? " " + jpeg.group(1) : "",
              version.getString().replace("\0", "").strip());
    }
  }

  @Override
  public byte @Nullable [] decode(byte[] file, int height, int width, int channels) {
    int colors =
        channels == 1 ? opencv_imgcodecs.IMREAD_GRAYSCALE : opencv_imgcodecs.IMREAD_COLOR_RGB;
    int flags = colors | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
    try (BytePointer bytes = new BytePointer(file);
        Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, bytes);
        Mat image = opencv_imgcodecs.imdecode(encoded, flags)) {
      if (image.rows() != height
          || image.cols() != width
          || image.type() != (channels == 1 ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3)
          || !image.isContinuous()) {
        return null; // an empty image is a file that OpenCV refused
      }
      byte[] pixels = new byte[Math.multiplyExact(height * width, channels)];
      image.data().get(pixels);
      return pixels;
    }
  }
}
