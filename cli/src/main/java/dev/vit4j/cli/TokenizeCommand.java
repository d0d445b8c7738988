package dev.vit4j.cli;

import dev.vit4j.format.TensorFolder;
import dev.vit4j.text.TextFile;
import dev.vit4j.text.Tokenizer;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit tokenize}: the token ids of texts. */
@Command(
    name = "tokenize",
    description = "Print the token ids that a CLIP model reads for texts.",
    footer = {
      "",
      "The ids are those of open_clip, or with a Hugging Face folder as MODEL those of transformers:",
      "start token, text, end token. A text that is too long is cut before its end token.",
      "",
      "Examples:",
      "  ./vit tokenize 'a photo of a cat' 'a photo of a dog'",
      "  ./vit tokenize --decode 320 1125 539 320 2368"
    })
final class TokenizeCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "[MODEL] TEXT",
      description =
          "Texts; before them or --texts a weights folder, a run, or a downloaded ORG/NAME, whose"
              + " tokenizer is used instead of open_clip's.")
  List<String> arguments = new ArrayList<>();

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description = "A text per line, or in a .jsonl file objects with the key text.")
  @Nullable Path texts;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Cut or pad to N ids; without it, long texts are cut to the model's context.")
  @Nullable Integer context;

  @Option(
      names = "--decode",
      description = "The texts are ids, separated by blanks: print their text.")
  boolean decode;

  private final List<Object> results = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    boolean more = texts != null || arguments.size() > 1;
    Path folder = more && !arguments.isEmpty() ? folder(arguments.get(0)) : null;
    Tokenizer tokenizer = folder == null ? Tokenizer.clip() : Tokenizer.of(folder);
    List<String> given = arguments.subList(folder == null ? 0 : 1, arguments.size());
    if (given.isEmpty() && texts == null) {
      throw new IllegalArgumentException("no text: give texts, or a file with --texts");
    }
    if (decode && texts == null) {
      String all = String.join(" ", given);
      print(tokenizer.decode(ids(all)), ids(all), out);
    } else {
      for (String text : given) {
        one(tokenizer, text, out);
      }
    }
    if (texts != null) {
      try (TextFile file = TextFile.open(texts)) {
        for (TextFile.Line line = file.read(); line != null; line = file.read()) {
          one(tokenizer, line.text(), out);
        }
      }
    }
    out.json(Map.of("results", results));
    return 0;
  }

  /** Returns the folder of a model, or null if the argument is a text. */
  private static @Nullable Path folder(String argument) {
    try {
      Path path = ModelSource.find(argument);
      if (Files.isRegularFile(path) && !TensorFolder.isWeights(argument)) {
        return null; // a text that is by chance the name of a file
      }
      Path folder = Files.isRegularFile(path) ? path.toAbsolutePath().getParent() : path;
      Path best = folder.resolve(ModelSource.BEST);
      return Files.isDirectory(best) ? best : Files.isDirectory(folder) ? folder : null;
    } catch (IOException | IllegalArgumentException e) {
      return null; // neither a path nor downloaded
    }
  }

  private void one(Tokenizer tokenizer, String text, Output out) {
    if (decode) {
      print(tokenizer.decode(ids(text)), ids(text), out);
    } else if (context == null) {
      int[] all = tokenizer.tokens(text, Integer.MAX_VALUE);
      int limit = tokenizer.contextLength();
      int[] ids = all.length <= limit ? all : tokenizer.tokens(text, limit);
      if (all.length > limit) {
        out.note("vit: a text was cut from %,d to %d ids".formatted(all.length, ids.length));
      }
      print(text, ids, out);
    } else {
      print(text, tokenizer.tokens(List.of(text), context, m -> out.note("vit: " + m))[0], out);
    }
  }

  private void print(String text, int[] ids, Output out) {
    if (out.isJson()) {
      results.add(Json.of("text", text, "ids", ids));
    } else if (decode) {
      out.result(text);
    } else {
      out.result(Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }
  }

  private static int[] ids(String text) {
    try {
      return Arrays.stream(text.strip().split("[\\s,]+"))
          .filter(s -> !s.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is not a list of ids".formatted(text));
    }
  }
}
