package dev.vit4j.serve;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /v2/models/M/infer} of the Open Inference Protocol: the input {@code pixel_values},
 * normalized images, or {@code image}, encoded ones.
 */
final class V2Infer implements Endpoint {
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final Engine engine;
  private final V2Models models;

  V2Infer(Engine engine, V2Models models) {
    this.engine = engine;
    this.models = models;
  }

  @Override
  public Reply answer(Call call) {
    ServedModel model = models.named(call);
    TensorOutputs tensors = models.tensors(model);
    V2Request request = V2Request.read(call.body(), call.header(HEADER_LENGTH));
    List<V2Request.Output> wanted =
        request.outputsOf(tensors.outputs().stream().map(TensorOutputs.Output::name).toList());
    if (wanted.isEmpty()) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "the model %s has no outputs in this protocol".formatted(model.name()));
    }
    boolean embedding =
        wanted.stream().anyMatch(output -> output.name().equals(TensorOutputs.EMBEDDING));
    boolean logits = wanted.size() > (embedding ? 1 : 0);
    if (request.inputs().size() != 1) {
      throw new Problem(Problem.BAD_REQUEST, "give one input, pixel_values or image");
    }
    V2Request.Input input = request.inputs().get(0);
    List<TensorOutputs.Values> values =
        switch (input.name()) {
          case V2Models.PIXELS -> {
            List<float[]> images = pixels(input, tensors);
            call.setPictures(images.size());
            yield finite(
                engine
                    .pictures()
                    .run(images, tensors.ofPixels(logits, embedding), model.batcher()));
          }
          case V2Models.IMAGE -> {
            List<Upload> uploads = uploads(input);
            call.setPictures(uploads.size());
            yield ofUploads(uploads, tensors.ofImages(logits, embedding));
          }
          default -> throw input.bad("the inputs are called pixel_values and image");
        };
    return reply(model, request, wanted, tensors, values);
  }

  private List<TensorOutputs.Values> ofUploads(
      List<Upload> uploads, Work<TensorOutputs.Values> work) {
    List<TensorOutputs.Values> all = new ArrayList<>();
    for (Pictures.Result<TensorOutputs.Values> result :
        engine.pictures().run(uploads, work, false)) {
      Problem problem = result.problem();
      if (problem != null) {
        throw new Problem(problem.status(), result.upload().source() + ": " + problem.line());
      }
      all.add(Objects.requireNonNull(result.value()));
    }
    return all;
  }

  /** Numbers that overflow are the client's, since it sends the pixels. */
  private static List<TensorOutputs.Values> finite(List<TensorOutputs.Values> all) {
    for (TensorOutputs.Values values : all) {
      for (float[] row : Arrays.asList(values.logits(), values.embedding())) {
        for (int i = 0; row != null && i < row.length; i++) {
          if (!Float.isFinite(row[i])) {
            throw new Problem(Problem.BAD_REQUEST, "the result for these pixels is not finite");
          }
        }
      }
    }
    return all;
  }

  private List<float[]> pixels(V2Request.Input input, TensorOutputs tensors) {
    List<Integer> one = tensors.inputShape();
    if (!input.datatype().equals("FP32")
        || input.shape().size() != one.size() + 1
        || !input
            .shape()
            .subList(1, one.size() + 1)
            .equals(one.stream().map(Long::valueOf).toList())
        || input.elements() == 0) {
      throw input.bad(
          "it must be FP32 [B, %d, %d, %d], not %s %s"
              .formatted(one.get(0), one.get(1), one.get(2), input.datatype(), input.shape()));
    }
    float[] all = numbers(input);
    TensorOutputs.requireNormalized(all);
    int size = all.length / (int) (long) input.shape().get(0);
    List<float[]> images = new ArrayList<>();
    for (int at = 0; at < all.length; at += size) {
      images.add(Arrays.copyOfRange(all, at, at + size));
    }
    return images;
  }

  private static float[] numbers(V2Request.Input input) {
    int count = input.elements();
    byte[] binary = input.binary();
    if (binary != null) {
      if (binary.length != 4L * count) {
        throw input.bad("%d bytes are not %d numbers of 4 bytes".formatted(binary.length, count));
      }
      float[] numbers = new float[count];
      ByteBuffer.wrap(binary).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
      return numbers;
    }
    float[] numbers = input.numbers();
    if (numbers == null || numbers.length != count) {
      throw input.bad(
          "%d numbers are not the %d of the shape"
              .formatted(numbers == null ? 0 : numbers.length, count));
    }
    return numbers;
  }

  private List<Upload> uploads(V2Request.Input input) {
    int count = input.elements();
    if (!input.datatype().equals("BYTES")
        || input.shape().isEmpty()
        || count == 0
        || count != input.shape().get(0)) {
      throw input.bad("it must be BYTES [B], not %s %s".formatted(input.datatype(), input.shape()));
    }
    if (count > engine.pictures().queue().most()) {
      throw new Problem(
          Problem.TOO_LARGE,
          "%d images in one request, the limit is %d"
              .formatted(count, engine.pictures().queue().most()));
    }
    List<byte[]> files = input.binary() == null ? texts(input) : elements(input, input.binary());
    if (files.size() != count) {
      throw input.bad("%d elements are not the %d of the shape".formatted(files.size(), count));
    }
    List<Upload> uploads = new ArrayList<>();
    files.forEach(file -> uploads.add(new Upload("image " + uploads.size(), file)));
    return uploads;
  }

  private static List<byte[]> texts(V2Request.Input input) {
    List<String> texts = input.texts();
    if (texts == null) {
      throw input.bad("its data must be texts in base64");
    }
    List<byte[]> files = new ArrayList<>();
    for (String text : texts) {
      files.add(EncodedImage.bytes(text));
    }
    return files;
  }

  /** Splits elements, each after its length in 4 bytes. */
  private static List<byte[]> elements(V2Request.Input input, byte[] binary) {
    List<byte[]> files = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(binary).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int length = in.remaining() < 4 ? -1 : in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw input.bad(
            "element %d does not fit its bytes: each is a length of 4 bytes, then the file"
                .formatted(files.size()));
      }
      byte[] file = new byte[length];
      in.get(file);
      files.add(file);
    }
    return files;
  }

  private static Reply reply(
      ServedModel model,
      V2Request request,
      List<V2Request.Output> wanted,
      TensorOutputs tensors,
      List<TensorOutputs.Values> values) {
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    List<Object> outputs = new ArrayList<>();
    boolean anyBinary = false;
    for (V2Request.Output output : wanted) {
      TensorOutputs.Output known = tensors.named(output.name());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", known.name());
      row.put("datatype", "FP32");
      List<Integer> shape = new ArrayList<>(List.of(values.size()));
      shape.addAll(known.shape());
      row.put("shape", shape);
      float[] all = new float[Math.multiplyExact(values.size(), known.count())];
      for (int i = 0; i < values.size(); i++) {
        System.arraycopy(
            tensors.of(known, values.get(i)), 0, all, i * known.count(), known.count());
      }
      if (request.isBinary(output)) {
        anyBinary = true;
        row.put("parameters", Map.of(V2Request.BINARY_SIZE, 4L * all.length));
        binary.writeBytes(EncodedImage.littleEndian(all));
      } else {
        row.put("data", all);
      }
      outputs.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", model.name());
    json.put("model_version", V2Models.VERSION);
    if (request.id() != null) {
      json.put("id", request.id());
    }
    if (!request.ownParameters().isEmpty()) {
      json.put("parameters", request.ownParameters());
    }
    json.put("outputs", outputs);
    if (!anyBinary) {
      return Reply.json(json);
    }
    byte[] head = JsonMapper.shared().writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, Math.addExact(head.length, binary.size()));
    System.arraycopy(binary.toByteArray(), 0, body, head.length, binary.size());
    return Reply.bytes("application/octet-stream", body)
        .with(HEADER_LENGTH, Integer.toString(head.length));
  }
}
