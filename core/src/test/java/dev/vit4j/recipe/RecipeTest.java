package dev.vit4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.FormatException;
import dev.vit4j.train.Digits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  @TempDir Path dir;

  @Test
  void anotherModelKeepsTheWordsThatItKnows() {
    Recipe folder = Recipe.named("folder");
    assertThat(folder.get(ModelKeys.MODEL_ARGS)).containsOnlyKeys("stem", "stem_pool");
    assertThat(folder.with("model", "vit_cifar_d192").get(ModelKeys.MODEL_ARGS)).isEmpty();
    assertThat(folder.with("model", "resnet50").get(ModelKeys.MODEL_ARGS))
        .isEqualTo(folder.get(ModelKeys.MODEL_ARGS));
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("model_args.drop_path_rate", 0.2);
    both.put("model", "vit_cifar_d192");
    assertThat(folder.with(both).get(ModelKeys.MODEL_ARGS))
        .isEqualTo(Map.of("drop_path_rate", 0.2));
  }

  @Test
  void anEmptyRecipeIsAllDefaults() throws IOException {
    Recipe r = Recipe.parse("runs/my first.yaml", "# nothing\n");
    assertThat(r.get(RunKeys.NAME)).isEqualTo("my-first");
    assertThat(r.get(RunKeys.TASK)).isEqualTo("classification");
    assertThat(r.get(DataKeys.DATA)).isEqualTo("mnist-sample");
    assertThat(r.model()).isEqualTo("vit_mnist_1850");
    assertThat(r.get(ModelKeys.MODEL_ARGS)).isEmpty();
    assertThat(r.get(OptimizerKeys.EPOCHS)).isEqualTo(10);
    assertThat(r.get(OptimizerKeys.OPT)).isEqualTo("adamw");
    assertThat(r.get(OptimizerKeys.BETAS)).containsExactly(0.9, 0.999);
    assertThat(r.eps()).isEqualTo(1e-8);
    assertThat(r.get(OptimizerKeys.NESTEROV)).isFalse();
    assertThat(r.find(OptimizerKeys.CLIP_GRAD)).isEmpty();
    assertThat(r.find(ScheduleKeys.DECAY_EPOCHS)).isEmpty();
    assertThat(r.find(ModelKeys.INIT)).isEmpty();
    assertThat(r.find(OptimizerKeys.EMA)).isEmpty();
    assertThat(r.get(OptimizerKeys.EMA_WARMUP)).isTrue();
    assertThat(List.of(r.get(AugmentationKeys.MIXUP), r.get(AugmentationKeys.CUTMIX)))
        .containsOnly(0.0);
    assertThat(List.of(r.get(AugmentationKeys.MIXUP_PROB), r.get(OptimizerKeys.LAYER_DECAY)))
        .containsOnly(1.0);
    assertThat(r.get(AugmentationKeys.MIXUP_SWITCH_PROB)).isEqualTo(0.5);
    assertThat(r.find(LossKeys.CLASS_WEIGHTS)).isEmpty();
    assertThat(r.get(ModelKeys.UNFREEZE)).isEmpty();
    assertThat(List.of(r.get(OptimizerKeys.AMSGRAD), r.get(LossKeys.BCE_LOSS))).containsOnly(false);
    assertThat(r.get(OptimizerKeys.ALPHA)).isEqualTo(0.99);
    assertThat(r.with("opt", "lamb").eps()).isEqualTo(1e-6);
    assertThat(r.with("opt", "lamb").with("eps", 1e-3).eps()).isEqualTo(1e-3);
    assertThat(r.find(DataKeys.MEAN)).isEmpty();
    assertThat(r.get(ModelKeys.FREEZE)).isEmpty();
    assertThat(r.get(HardwareKeys.COMPUTE_WORKERS)).isZero();
    assertThat(r.get(RunKeys.SEED)).isEqualTo(42);
    assertThat(r.get(RunKeys.LOG_INTERVAL)).isEqualTo(50);
    assertThat(Recipe.parse("my-first.yml", "")).isEqualTo(r).hasSameHashCodeAs(r);
    assertThat(Recipe.parse("...", "").get(RunKeys.NAME)).isEqualTo("recipe");
  }

  @Test
  void pretrainedNamesTimmsWeights() throws IOException {
    Recipe r = Recipe.parse("x.yaml", "model: vit_tiny_patch16_224\npretrained: true");
    assertThat(r.pretrained().orElseThrow().name())
        .isEqualTo("timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k");
    Recipe tagged = Recipe.parse("x.yaml", "model: resnet50.IMAGENET1K_V2\npretrained: true");
    assertThat(tagged.model()).isEqualTo("resnet50");
    assertThat(tagged.pretrained().orElseThrow().name())
        .isEqualTo("torchvision/resnet50.IMAGENET1K_V2");
    assertThat(Recipe.parse("x.yaml", tagged.toYaml())).isEqualTo(tagged);
    assertThat(Recipe.parse("x.yaml", "").pretrained()).isEmpty();
    assertThatThrownBy(() -> r.with("init", "runs/a"))
        .hasMessage("pretrained and init exclude each other: set only one of them");
    assertThatThrownBy(() -> tagged.with("pretrained", false))
        .hasMessage(
            "model resnet50.IMAGENET1K_V2 names published weights: set pretrained, or use model resnet50");
    assertThatThrownBy(() -> r.with("model", "vit_mnist_1850"))
        .hasMessageContaining("no pretrained weights of vit_mnist_1850 are known");
    assertThat(tagged.fromScratch())
        .as("a resumed run has its weights")
        .isEqualTo(Recipe.parse("x.yaml", "model: resnet50"));
  }

  @Test
  void readsEveryKindOfValue() throws IOException {
    String yaml =
        """
        description: >
          Two lines
          of "text": with colons, # and ünïcode 🙂
        model_args: {depth: 4, drop_rate: 0.1, class_token: false, act: relu, img_size: [28, 56]}
        init: "none"
        freeze: [patch_embed, blocks.0]
        lr: 1e-3
        seed: 9007199254740993
        betas: [0.85, 0]
        clip_grad: 1
        class_weights: [1, 2.5]
        ema: 0.999
        compute_workers: auto
        expected:
          accuracy: 0.96
          seconds: 70
        """;
    Recipe r = Recipe.parse("x.yaml", yaml);
    assertThat(r.get(RunKeys.DESCRIPTION))
        .isEqualTo("Two lines of \"text\": with colons, # and ünïcode 🙂");
    assertThat(r.get(ModelKeys.MODEL_ARGS))
        .containsExactly(
            Map.entry("depth", 4),
            Map.entry("drop_rate", 0.1),
            Map.entry("class_token", false),
            Map.entry("act", "relu"),
            Map.entry("img_size", List.of(28, 56)));
    assertThat(r.find(ModelKeys.INIT)).isEmpty();
    assertThat(r.get(ModelKeys.FREEZE)).containsExactly("patch_embed", "blocks.0");
    assertThat(r.get(RunKeys.SEED)).isEqualTo(9007199254740993L);
    assertThat(r.get(OptimizerKeys.BETAS)).containsExactly(0.85, 0.0);
    assertThat(r.find(OptimizerKeys.CLIP_GRAD)).hasValue(1.0);
    assertThat(r.find(OptimizerKeys.EMA)).hasValue(0.999);
    assertThat(r.find(LossKeys.CLASS_WEIGHTS).orElse(null)).isEqualTo(List.of(1.0, 2.5));
    assertThat(r.get(RunKeys.EXPECTED)).containsEntry("seconds", 70);
    assertThat(Recipe.parse("y.yaml", r.toYaml())).isEqualTo(r);
  }

  @Test
  void withTakesValuesAndTheTextOfTheCommandLine() {
    Recipe r = Digits.recipe();
    assertThat(r.with("epochs", 5).get(OptimizerKeys.EPOCHS)).isEqualTo(5);
    assertThat(r.get(OptimizerKeys.EPOCHS)).isEqualTo(2);
    assertThat(r.with("epochs", "5")).isEqualTo(r.with("epochs", 5));
    assertThat(r.with("lr", "3e-3").get(OptimizerKeys.LR)).isEqualTo(0.003);
    assertThat(r.with("lr", 1).get(OptimizerKeys.LR)).isEqualTo(1);
    assertThat(r.with("betas", "0.8,0.9").get(OptimizerKeys.BETAS)).containsExactly(0.8, 0.9);
    assertThat(r.with("betas", "[0.8, 0.9]").get(OptimizerKeys.BETAS)).containsExactly(0.8, 0.9);
    assertThat(r.with("freeze", "head").get(ModelKeys.FREEZE)).containsExactly("head");
    assertThat(r.with("unfreeze", "head,norm").get(ModelKeys.UNFREEZE))
        .containsExactly("head", "norm");
    assertThat(r.with("class_weights", "balanced").find(LossKeys.CLASS_WEIGHTS).orElse(null))
        .isEqualTo("balanced");
    assertThat(r.with("class_weights", "1,2").find(LossKeys.CLASS_WEIGHTS).orElse(null))
        .isEqualTo(List.of(1.0, 2.0));
    assertThat(r.with("nesterov", "false").get(OptimizerKeys.NESTEROV)).isFalse();
    assertThat(r.with("name", "123").get(RunKeys.NAME)).isEqualTo("123");
    assertThat(r.with("description", "a: b # c").get(RunKeys.DESCRIPTION)).isEqualTo("a: b # c");
    assertThat(r.with("clip_grad", "1.5").with("clip_grad", "none").find(OptimizerKeys.CLIP_GRAD))
        .isEmpty();
    assertThat(
            r.with("compute_workers", "2")
                .with("compute_workers", "auto")
                .get(HardwareKeys.COMPUTE_WORKERS))
        .isZero();
    assertThat(r.with("device", "cuda:1").get(HardwareKeys.DEVICE)).isEqualTo("cuda:1");
    assertThat(
            r.with("model_args", "{depth: 3}")
                .with("model_args.heads", "2")
                .get(ModelKeys.MODEL_ARGS))
        .containsExactly(Map.entry("depth", 3), Map.entry("heads", 2));
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("sched", "multistep");
    both.put("milestones", "10,15");
    assertThat(r.with(both).get(ScheduleKeys.MILESTONES)).containsExactly(10, 15);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs | 0 | epochs is 0: it must be a whole number, 1 to 1000000",
        "epochs | ten | epochs is 'ten': it must be a whole number, 1 to 1000000",
        "epoch | 3 | unknown key 'epoch': did you mean 'epochs'?",
        "lr.x | 3 | lr.x: the value of lr is not a map",
        "sched | multistep | sched multistep needs milestones: list the epochs at which the learning rate decays",
        "model_args.a b | 3 | model_args is {a b=3}: it must be a map of names",
      })
  void withChecksAsAFileDoes(String key, String value, String message) {
    assertThatThrownBy(() -> Digits.recipe().with(key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "epoch: 3 | unknown key 'epoch': did you mean 'epochs'?",
        "Epochs: 3 | unknown key 'Epochs': did you mean 'epochs'?",
        "batch-size: 3 | unknown key 'batch-size': did you mean 'batch_size'?",
        "warmup: 3 | unknown key 'warmup': `vit recipes --keys` lists all",
        "3: 3 | unknown key '3'",
        "[a]: 3 | not YAML: Non scalar key",
        "epochs: -3 | epochs is -3: it must be a whole number, 1 to 1000000",
        "epochs: 3.0 | epochs is 3.0: it must be a whole number",
        "epochs: 99999999999 | epochs is 99999999999: it must be a whole number",
        "epochs: 99999999999999999999 | epochs is 99999999999999999999: it must be",
        "epochs: | epochs is empty: it must be a whole number",
        "epochs: '3' | epochs is '3': it must be a whole number",
        "epochs: [3] | epochs is [3]: it must be a whole number",
        "epochs: true | epochs is true: it must be a whole number",
        "lr: 0 | lr is 0: it must be a number above 0, at most 1000",
        "lr: -0.1 | lr is -0.1: it must be a number above 0",
        "lr: .nan | lr is NaN: it must be a number above 0",
        "lr: .inf | lr is Infinity: it must be a number above 0",
        "lr: fast | lr is 'fast': it must be a number above 0",
        "momentum: 1 | momentum is 1: it must be a number, 0 or more, below 1",
        "betas: [0.9] | betas is [0.9]: it must be a list of 2 values, each a number, 0 or more, below 1",
        "betas: 0.9 | betas is 0.9: it must be a list of 2 values",
        "betas: [0.9, null] | betas is [0.9, null]: it must be a list",
        "opt: no-such-one | opt is 'no-such-one': it must be one of sgd, adam, adamw",
        "task: Detection | task is 'Detection': it must be a task's name in lower-case letters",
        "sched: poly | sched is 'poly': it must be one of constant, cosine",
        "nesterov: yes | nesterov is 'yes': it must be true or false",
        "{amsgrad: true, opt: lamb} | amsgrad needs opt adam or adamw",
        "{freeze: [head], unfreeze: [norm]} | freeze and unfreeze exclude each other",
        "mixup: -1 | mixup is -1: it must be a number, 0 to 100",
        "dice: 11 | dice is 11: it must be a number, 0 to 10",
        "mixup_prob: 1.5 | mixup_prob is 1.5: it must be a number, 0 to 1",
        "layer_decay: 0 | layer_decay is 0: it must be a number above 0, at most 1",
        "class_weights: even | class_weights is 'even': it must be balanced, or a list of values, each a number above 0, at most 1000000, or none",
        "class_weights: [1, 0] | class_weights is [1, 0]: it must be balanced, or a list",
        "ema_warmup: 3 | ema_warmup is 3: it must be true or false",
        "nesterov: true | nesterov needs opt sgd and a momentum above 0",
        "device: tpu | device is 'tpu': it must be auto, cpu, cuda or cuda:N",
        "precision: f16 | precision is 'f16': it must be one of f32, bf16",
        "val_split: 1 | val_split is 1: it must be a number, 0 to 0.9",
        "compute_workers: -1 | compute_workers is -1: it must be a whole number, 0 to 256, or auto",
        "clip_grad: 0 | clip_grad is 0: it must be a number above 0, at most 1000000, or none",
        "std: [0] | std is [0]: it must be a list",
        "mean: [0.5] | mean and std go together",
        "name: ../../etc/passwd | name is '../../etc/passwd': it must be text of letters",
        "name: 12 | name is 12: it must be text of letters",
        "name: | name is empty",
        "description: \"\\e[31m\" | description is ",
        "data: 7 | data is 7: it must be text",
        "seed: -1 | seed is -1: it must be a whole number, at least 0",
        "freeze: head | freeze is 'head': it must be a list of values",
        "model_args: 3 | model_args is 3: it must be a map of names",
        "model_args: {a: {b: 1}} | model_args is {a={b=1}}: it must be a map",
        "model_args: {a: .nan} | model_args is {a=NaN}: it must be a map",
        "sched: step | sched step needs decay_epochs",
        "sched: multistep | sched multistep needs milestones",
        "{sched: onecycle, warmup_epochs: 1} | sched onecycle has its own warm-up",
        "min_lr: 1 | min_lr 1.0 is above lr 0.001: lower one",
        "{lr: 1, lr: 2} | line 1, column ",
        "- epochs | must consist of lines such as 'epochs: 10'",
        "epochs | must consist of lines such as 'epochs: 10'",
        "epochs: 1: 2 | line 1, column 10: mapping values are not allowed here",
        "{epochs: 1 | line 1, column ",
        "epochs: !!java.net.URL [] | line 1, column ",
        "epochs: !!python/object:os.system 1 | line 1, column ",
        "&a epochs: *a | line 1, column 12: aliases (*) are not supported",
        "--- {epochs: 1} --- {epochs: 2} | line 1, column ",
        "model_args: [[[[[[1]]]]]] | line 1, column 16: nested deeper than 4 levels",
        "epochs: \u0007 | ",
      })
  void refusesInOneLine(String yaml, String message) {
    assertThatThrownBy(() -> Recipe.parse("mnist.yaml", yaml))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("mnist.yaml: " + (message == null ? "" : message))
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesTwoDocumentsAndHugeOnes() {
    assertThatThrownBy(() -> Recipe.parse("x", "epochs: 1\n---\nepochs: 2\n"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> Recipe.parse("x", "#".repeat(70_000)))
        .hasMessage("x: is too large for a recipe (at most 65536 bytes)");
    for (String piece : List.of("[", "{", "{a: ", "- ", "? ", "!!a ", "\"", "|\n", "&a ")) {
      assertThatThrownBy(() -> Recipe.parse("x", piece.repeat(65_000 / piece.length())))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void filesThatAreNoRecipes() throws IOException {
    Path missing = dir.resolve("mnist.yaml");
    assertThatThrownBy(() -> Recipe.load(missing))
        .isInstanceOf(FormatException.class)
        .hasMessage(missing + ": cannot be read: no such file or folder");
    assertThatThrownBy(() -> Recipe.load(dir)).hasMessage(dir + ": is a folder, not a recipe");
    Path binary = Files.write(dir.resolve("b.yaml"), new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(() -> Recipe.load(binary)).hasMessage(binary + ": is not UTF-8 text");
    Path huge = Files.write(dir.resolve("h.yaml"), new byte[100_000]);
    assertThatThrownBy(() -> Recipe.load(huge)).hasMessageContaining("too large for a recipe");
    Path good = Files.writeString(dir.resolve("good.yaml"), "epochs: 3");
    assertThat(Recipe.load(good).get(RunKeys.NAME)).isEqualTo("good");
    assertThatThrownBy(() -> Recipe.named("mnist"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("unknown recipe 'mnist': ");
    assertThatThrownBy(() -> Recipe.named("mnist-1805"))
        .hasMessage("unknown recipe 'mnist-1805': did you mean 'mnist-1850'?");
  }

  @Test
  void anyOneTypingErrorInAKeyIsAnswered() {
    Random random = new Random(3);
    for (RecipeKey<?> key : RecipeKeys.all()) {
      String name = key.name();
      int at = name.length() < 3 ? 0 : random.nextInt(name.length());
      String typo = name.substring(0, at) + "q" + name.substring(at);
      assertThatThrownBy(() -> Recipe.parse("a.yaml", typo + ": 1"))
          .hasMessage("a.yaml: unknown key '%s': did you mean '%s'?".formatted(typo, name));
    }
  }

  /** Changed at random, a recipe is either good or refused in one line; good ones go round. */
  @Test
  void twoThousandMutations() throws IOException {
    String[] seeds =
        Recipe.names().stream().map(n -> Recipe.named(n).toYaml()).toArray(String[]::new);
    String alphabet = "0123456789.-eE[]{},:#\"'&*!|>%@\n\t  nonetruelr~?_\u0000\u00fc\ud83d";
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      StringBuilder yaml = new StringBuilder(seeds[i % seeds.length]);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(yaml.length());
        String piece = String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
        yaml.replace(at, at + random.nextInt(3), random.nextInt(5) == 0 ? "" : piece);
      }
      try {
        Recipe recipe = Recipe.parse("m.yaml", yaml.toString());
        assertThat(Recipe.parse("n.yaml", recipe.toYaml())).isEqualTo(recipe);
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith("m.yaml: ").hasMessageNotContaining("\n");
        refused++;
      }
    }
    assertThat(refused).isBetween(500, 1999);
  }

  /** Whatever text is allowed comes back from YAML as it was. */
  @Test
  void anyTextGoesRound() throws IOException {
    Random random = new Random(11);
    Recipe base = Recipe.named("mnist-sample");
    List<String> odd =
        List.of(
            "true", "1e3", "null", "~", "none", "- a", "a: b", "#x", "'", "\"", "\\", "", "0x1");
    int accepted = 0;
    for (int i = 0; i < 1000; i++) {
      int[] points = random.ints(random.nextInt(12), 0, 0x3100).toArray();
      if (i % 3 == 0) {
        points = Arrays.stream(points).map(p -> p % 96 + 32).toArray();
      }
      String text = i < odd.size() ? odd.get(i) : new String(points, 0, points.length).strip();
      Recipe recipe;
      try {
        Map<String, Object> one = Map.of("model_args", Map.of("word", text));
        recipe = base.with(one);
        accepted++;
      } catch (IllegalArgumentException e) {
        continue; // unprintable
      }
      assertThat(Recipe.parse("x", recipe.toYaml())).isEqualTo(recipe);
      assertThat(recipe.get(ModelKeys.MODEL_ARGS)).containsEntry("word", text);
    }
    assertThat(accepted).isGreaterThan(300);
  }

  @Test
  void helpNamesEveryKey() {
    String help = Recipe.help();
    assertThat(help).contains("epochs", "[10]", "a whole number, 1 to 1000000");
    RecipeKeys.all().forEach(key -> assertThat(help).contains(key.name(), key.meaning()));
  }
}
