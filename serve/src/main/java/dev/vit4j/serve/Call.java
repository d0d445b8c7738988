package dev.vit4j.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A request whose body is complete. */
final class Call {
  /** Types of an image besides image/*: of SageMaker's clients, and of curl --data-binary. */
  private static final List<String> BYTES =
      List.of(
          "",
          "application/octet-stream",
          "application/x-image",
          "application/x-www-form-urlencoded");

  private static final List<String> TRUE = List.of("true", "1", "yes", "");

  private final HttpFields headers;
  private final byte[] body;
  private final Map<String, String> variables;
  private final Map<String, List<String>> parameters = new LinkedHashMap<>();
  private final List<Upload> uploads = new ArrayList<>();
  private int pictures; // for the log

  /**
   * Reads the parameters; those of a form are added to those of the query.
   *
   * @param variables values of the path, see {@link Routes.Found}
   * @throws Problem if the body is not what its Content-Type says
   */
  Call(
      HttpFields headers,
      Map<String, List<String>> query,
      byte[] body,
      Map<String, String> variables,
      int mostPictures) {
    this.headers = headers;
    this.body = body;
    this.variables = variables;
    query.forEach((name, values) -> parameters.put(name, new ArrayList<>(values)));
    String type = type();
    if (type.equals("multipart/form-data")) {
      Form.read(
          String.valueOf(headers.get("Content-Type")), body, mostPictures, this::field, uploads);
    } else if (body.length > 0 && isPicture(type)) {
      uploads.add(new Upload("image", body));
    }
  }

  private static boolean isPicture(String type) {
    return type.startsWith("image/") || BYTES.contains(type);
  }

  private void field(String name, String value) {
    parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** Returns the media type of the body in lower case without its parameters; empty for none. */
  String type() {
    String type = headers.get("Content-Type");
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Returns a header, or empty. */
  String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  /** Returns all headers. */
  Iterable<HttpField> headers() {
    return headers;
  }

  /** Returns the body. */
  byte[] body() {
    return body;
  }

  /**
   * Returns the body, a JSON object.
   *
   * @throws Problem if it is not, or beyond the limits of {@link RequestJson}
   */
  JsonNode json() {
    return RequestJson.object(body);
  }

  /** Returns a variable of the path. */
  String variable(String name) {
    return String.valueOf(variables.get(name));
  }

  /** Returns a parameter of the query or the form; null if it is missing. */
  @Nullable String parameter(String name) {
    List<String> values = parameters.get(name);
    return values == null || values.isEmpty() ? null : values.get(values.size() - 1);
  }

  /** Returns all values of a parameter. */
  List<String> parameters(String name) {
    return List.copyOf(parameters.getOrDefault(name, List.of()));
  }

  /** Returns whether a parameter is set, as in {@code ?normalize=true}. */
  boolean flag(String name) {
    String value = parameter(name);
    return value != null && TRUE.contains(value.toLowerCase(Locale.ROOT));
  }

  /**
   * Returns a parameter that is a number.
   *
   * @param otherwise its value if it is missing
   * @throws Problem if it is not a number from least to most
   */
  int number(String name, int otherwise, int least, int most) {
    String value = parameter(name);
    if (value == null) {
      return otherwise;
    }
    if (value.matches("\\d{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new Problem(
        Problem.BAD_REQUEST,
        "%s must be a number from %d to %d, not '%s'".formatted(name, least, most, value));
  }

  /**
   * Returns the images of the request, at least one.
   *
   * @throws Problem if there is none
   */
  List<Upload> uploads() {
    if (uploads.isEmpty()) {
      boolean other = body.length > 0 && !type().equals("multipart/form-data");
      throw new Problem(
          other ? Problem.WRONG_TYPE : Problem.BAD_REQUEST,
          other
              ? "'%s' is not an image: send its bytes as image/*, or multipart/form-data"
                  .formatted(type())
              : "no image: send its bytes as the body, or parts with a file name");
    }
    pictures = uploads.size();
    return List.copyOf(uploads);
  }

  /**
   * Returns the only image of the request.
   *
   * @throws Problem if there is none, or several
   */
  Upload upload() {
    List<Upload> all = uploads();
    if (all.size() > 1) {
      throw new Problem(Problem.BAD_REQUEST, "%d images: send one".formatted(all.size()));
    }
    return all.get(0);
  }

  /** Returns whether there is an image. */
  boolean hasUpload() {
    return !uploads.isEmpty();
  }

  /** Sets the number of images for the log, if they are not {@link #uploads}. */
  void setPictures(int number) {
    pictures = number;
  }

  /** Returns the number of images that were used. */
  int pictures() {
    return pictures;
  }
}
