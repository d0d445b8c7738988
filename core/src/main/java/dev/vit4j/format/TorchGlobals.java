package dev.vit4j.format;

import dev.vit4j.format.Pickle.Bytes;
import dev.vit4j.format.Pickle.Callable;
import dev.vit4j.format.Pickle.Global;
import dev.vit4j.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The names supported in the pickles of a {@link TorchFile}: tensors, containers, numbers, and a
 * few classes whose attributes are read. All other names are rejected.
 */
final class TorchGlobals {
  private static final Map<String, DType> STORAGES =
      Map.ofEntries(
          Map.entry("DoubleStorage", DType.F64),
          Map.entry("FloatStorage", DType.F32),
          Map.entry("HalfStorage", DType.F16),
          Map.entry("BFloat16Storage", DType.BF16),
          Map.entry("LongStorage", DType.I64),
          Map.entry("IntStorage", DType.I32),
          Map.entry("ShortStorage", DType.I16),
          Map.entry("CharStorage", DType.I8),
          Map.entry("ByteStorage", DType.U8),
          Map.entry("BoolStorage", DType.BOOL));

  private static final Map<String, DType> DTYPES =
      Map.ofEntries(
          Map.entry("float64", DType.F64),
          Map.entry("float32", DType.F32),
          Map.entry("float16", DType.F16),
          Map.entry("bfloat16", DType.BF16),
          Map.entry("int64", DType.I64),
          Map.entry("int32", DType.I32),
          Map.entry("int16", DType.I16),
          Map.entry("int8", DType.I8),
          Map.entry("uint8", DType.U8),
          Map.entry("bool", DType.BOOL),
          Map.entry("uint16", DType.U16),
          Map.entry("uint32", DType.U32),
          Map.entry("uint64", DType.U64),
          Map.entry("float8_e4m3fn", DType.F8_E4M3),
          Map.entry("float8_e5m2", DType.F8_E5M2));

  /** Classes of training scripts with plain attributes. */
  private static final List<String> OPAQUE =
      List.of(
          "argparse.Namespace",
          "types.SimpleNamespace",
          "yacs.config.CfgNode",
          "pathlib.PosixPath",
          "pathlib.PurePosixPath",
          "pathlib.WindowsPath",
          "pathlib._local.PosixPath",
          "datetime.datetime",
          "datetime.date",
          "datetime.timedelta",
          "datetime.timezone",
          "decimal.Decimal",
          "fractions.Fraction",
          "uuid.UUID",
          "builtins.range",
          "builtins.slice",
          "__builtin__.xrange",
          "__builtin__.slice");

  /** Storages of tensors that are no weights of any model here, with the bytes per element. */
  private static final Map<String, Integer> ASIDE_STORAGES =
      Map.of(
          "ComplexFloatStorage", 8,
          "ComplexDoubleStorage", 16,
          "QInt8Storage", 1,
          "QUInt8Storage", 1,
          "QInt32Storage", 4,
          "QUInt4x2Storage", 1,
          "QUInt2x4Storage", 1);

  /** Types of such tensors in untyped storages, and the schemes of quantized ones. */
  private static final Map<String, String> ASIDE_TYPES =
      Map.of(
          "torch.complex32", "complex tensor",
          "torch.complex64", "complex tensor",
          "torch.complex128", "complex tensor",
          "torch.per_tensor_affine", "quantized tensor",
          "torch.per_channel_affine", "quantized tensor");

  /** Functions of torch that make such tensors. */
  private static final Map<String, String> ASIDE_CALLS =
      Map.of(
          "torch._utils._rebuild_sparse_tensor", "sparse tensor",
          "torch._utils._rebuild_sparse_csr_tensor", "sparse tensor",
          "torch._utils._rebuild_nested_tensor", "nested tensor",
          "torch._utils._rebuild_qtensor", "quantized tensor",
          "torch._utils._rebuild_meta_tensor_no_storage", "tensor without data (meta)");

  private static final Map<String, Callable> TABLE = table();

  private TorchGlobals() {}

  /**
   * Looks up a name.
   *
   * @throws IllegalArgumentException if the name is not supported
   */
  static Callable find(String name) {
    Callable known = TABLE.get(name);
    if (known == null) {
      throw refused(
          "refers to %s, which is not supported: code in files is never executed; save the weights with torch.save(model.state_dict(), FILE)"
              .formatted(name));
    }
    return known;
  }

  /** Looks up a name in a TorchScript archive, where modules are objects of generated classes. */
  static Callable findInScript(String name) {
    return name.startsWith("__torch__.") ? arguments -> new PickledObject(name) : find(name);
  }

  /** The storage class of a type; null if torch has none. */
  static @Nullable String storageOf(DType dtype) {
    return named(STORAGES, dtype);
  }

  /** torch's name of a type. */
  static String nameOf(DType dtype) {
    return Objects.requireNonNull(named(DTYPES, dtype));
  }

  private static @Nullable String named(Map<String, DType> names, DType dtype) {
    return names.entrySet().stream()
        .filter(e -> e.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private static Map<String, Callable> table() {
    Map<String, Callable> all = new HashMap<>(NumpyArray.GLOBALS);
    for (String module : List.of("torch.", "torch.cuda.")) {
      STORAGES.keySet().forEach(s -> all.put(module + s, TorchGlobals::onlyNamed));
    }
    DTYPES.keySet().forEach(d -> all.put("torch." + d, TorchGlobals::onlyNamed));
    ASIDE_STORAGES.keySet().forEach(s -> all.put("torch." + s, TorchGlobals::onlyNamed));
    ASIDE_TYPES.keySet().forEach(type -> all.put(type, TorchGlobals::onlyNamed));
    ASIDE_CALLS.forEach((name, text) -> all.put(name, a -> new TorchAside(text)));
    all.put("torch.torch_version.TorchVersion", a -> Pickle.text(a.get(0)));
    for (String name :
        List.of(
            "torch.storage.UntypedStorage",
            "torch.UntypedStorage",
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.nn.parameter.Buffer")) {
      all.put(name, TorchGlobals::onlyNamed);
    }
    OPAQUE.forEach(name -> all.put(name, arguments -> new PickledObject(name)));
    all.put("torch._utils._rebuild_tensor", TorchGlobals::tensor);
    all.put("torch._utils._rebuild_tensor_v2", TorchGlobals::tensor);
    all.put("torch._utils._rebuild_tensor_v3", TorchGlobals::tensorOfType);
    all.put("torch._utils._rebuild_parameter", TorchGlobals::parameter);
    all.put("torch._utils._rebuild_parameter_with_state", TorchGlobals::parameter);
    all.put("torch._tensor._rebuild_from_type_v2", TorchGlobals::ofType);
    all.put("torch.Size", a -> a.get(0));
    all.put("torch.device", TorchGlobals::device);
    all.put("torch.serialization._get_layout", a -> a.get(0));
    all.put("collections.OrderedDict", TorchGlobals::dict);
    all.put("collections.defaultdict", a -> new LinkedHashMap<>());
    all.put("collections.Counter", TorchGlobals::dict);
    all.put("collections.deque", a -> new ArrayList<>(list(a)));
    for (String module : List.of("builtins.", "__builtin__.")) {
      all.put(module + "set", TorchGlobals::list);
      all.put(module + "frozenset", TorchGlobals::list);
      all.put(module + "bytearray", a -> a.get(0));
      all.put(module + "complex", a -> complex(a));
      for (String type : List.of("list", "dict", "int", "float", "str", "bool", "object")) {
        all.put(module + type, TorchGlobals::onlyNamed);
      }
    }
    return Map.copyOf(all);
  }

  private static Object onlyNamed(List<@Nullable Object> arguments) {
    throw refused("is only named, never called");
  }

  /** Returns the storage of a persistent id: ('storage', type, key, device, elements). */
  static TorchStorage storage(@Nullable Object id) {
    if (!(id instanceof List<?> parts)
        || parts.size() < 5
        || !"storage".equals(Pickle.text(parts.get(0)))
        || !(parts.get(1) instanceof Global type)
        || !(parts.get(4) instanceof Long elements)) {
      throw refused("a persistent id that is not a storage");
    }
    if (parts.size() > 5 && parts.get(5) != null) {
      throw refused("a view of a storage, as torch before 0.4 wrote: save it with a newer torch");
    }
    String name = type.name().substring(type.name().lastIndexOf('.') + 1);
    Integer aside = ASIDE_STORAGES.get(name);
    if (aside != null) {
      String what = name.startsWith("Q") ? "quantized tensor" : "complex tensor";
      return new TorchStorage(Pickle.text(parts.get(2)), null, aside, elements, what);
    }
    DType dtype = STORAGES.get(name);
    if (dtype == null && !name.equals("UntypedStorage")) {
      throw refused("a storage of type " + type.name());
    }
    return TorchStorage.of(Pickle.text(parts.get(2)), dtype, elements);
  }

  private static Object tensor(List<@Nullable Object> a) {
    return tensor(a, null);
  }

  private static Object tensorOfType(List<@Nullable Object> a) {
    String aside = a.get(6) instanceof Global g ? ASIDE_TYPES.get(g.name()) : null;
    return aside == null ? tensor(a, dtype(a.get(6))) : new TorchAside(aside);
  }

  private static Object tensor(List<@Nullable Object> a, @Nullable DType known) {
    if (!(a.get(0) instanceof TorchStorage storage) || !(a.get(1) instanceof Long offset)) {
      throw refused("a tensor without its storage or offset");
    }
    if (!storage.aside().isEmpty()) {
      return new TorchAside(storage.aside());
    }
    DType dtype = known == null ? storage.dtype() : known;
    if (dtype == null) {
      throw refused("a tensor without a type");
    }
    return new TorchTensor(
        storage, StridedView.of(dtype, offset, sizes(a.get(2)), sizes(a.get(3)), storage.bytes()));
  }

  private static long[] sizes(@Nullable Object value) {
    if (!(value instanceof List<?> list) || list.stream().anyMatch(n -> !(n instanceof Long))) {
      throw refused("a tensor without its sizes");
    }
    return list.stream().mapToLong(n -> (Long) n).toArray();
  }

  private static DType dtype(@Nullable Object value) {
    DType dtype =
        value instanceof Global g && g.name().startsWith("torch.")
            ? DTYPES.get(g.name().substring("torch.".length()))
            : null;
    if (dtype == null) {
      throw refused("a tensor of type " + (value instanceof Global g ? g.name() : "unknown"));
    }
    return dtype;
  }

  private static Object parameter(List<@Nullable Object> a) {
    if (a.get(0) instanceof TorchTensor || a.get(0) instanceof TorchAside) {
      return a.get(0);
    }
    throw refused("a parameter without its tensor");
  }

  /** Returns a tensor of a subclass or with attributes: (function, class, arguments, state). */
  private static @Nullable Object ofType(List<@Nullable Object> a) {
    if (a.get(0) instanceof Global inner
        && inner.name().startsWith("torch._utils.")
        && a.get(2) instanceof List<?> arguments) {
      return inner.callable().call(new ArrayList<>(arguments));
    }
    throw refused("a tensor without what it is made of");
  }

  private static String device(List<@Nullable Object> a) {
    return a.size() > 1
        ? Pickle.text(a.get(0)) + ":" + Pickle.number(a.get(1))
        : Pickle.text(a.get(0));
  }

  private static TorchAside complex(List<@Nullable Object> a) {
    return new TorchAside("(%s, %sj)".formatted(Pickle.number(a.get(0)), Pickle.number(a.get(1))));
  }

  /** Creates a dict: empty, from a dict or, as written by Python 2, from a list of pairs. */
  private static Map<@Nullable Object, @Nullable Object> dict(List<@Nullable Object> a) {
    Map<@Nullable Object, @Nullable Object> dict = new LinkedHashMap<>();
    if (a.isEmpty()) {
      return dict;
    }
    if (a.get(0) instanceof Map<?, ?> map) {
      dict.putAll(map);
      return dict;
    }
    for (Object pair : list(a)) {
      if (!(pair instanceof List<?> two) || two.size() != 2 || !isKey(two.get(0))) {
        throw refused("a dict of something else than pairs");
      }
      dict.put(two.get(0), two.get(1));
    }
    return dict;
  }

  private static boolean isKey(@Nullable Object key) {
    return key instanceof String || key instanceof Bytes || key instanceof Long;
  }

  private static List<@Nullable Object> list(List<@Nullable Object> a) {
    if (a.isEmpty()) {
      return List.of();
    }
    if (a.get(0) instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw refused("a list is missing");
  }

  private static IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(reason);
  }
}
