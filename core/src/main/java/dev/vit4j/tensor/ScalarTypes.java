package dev.vit4j.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Maps element types to libtorch's. */
final class ScalarTypes {
  private ScalarTypes() {}

  static ScalarType of(DType dtype) {
    return switch (dtype) {
      case F64 -> ScalarType.Double;
      case F32 -> ScalarType.Float;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case I64 -> ScalarType.Long;
      case I32 -> ScalarType.Int;
      case I16 -> ScalarType.Short;
      case I8 -> ScalarType.Char;
      case U8 -> ScalarType.Byte;
      case BOOL -> ScalarType.Bool;
      case U16 -> ScalarType.UInt16;
      case U32 -> ScalarType.UInt32;
      case U64 -> ScalarType.UInt64;
      case F8_E4M3 -> ScalarType.Float8_e4m3fn;
      case F8_E5M2 -> ScalarType.Float8_e5m2;
    };
  }

  static DType dtype(ScalarType type) {
    return switch (type.intern()) {
      case Double -> DType.F64;
      case Float -> DType.F32;
      case Half -> DType.F16;
      case BFloat16 -> DType.BF16;
      case Long -> DType.I64;
      case Int -> DType.I32;
      case Short -> DType.I16;
      case Char -> DType.I8;
      case Byte -> DType.U8;
      case Bool -> DType.BOOL;
      case UInt16 -> DType.U16;
      case UInt32 -> DType.U32;
      case UInt64 -> DType.U64;
      case Float8_e4m3fn -> DType.F8_E4M3;
      case Float8_e5m2 -> DType.F8_E5M2;
      default -> throw new IllegalStateException("no name for libtorch's type " + type);
    };
  }
}
