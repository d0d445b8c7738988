package dev.vit4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import org.bytedeco.pytorch.StringOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class GlibcTest {
  @Test
  void newAmdProcessorsGetTheKernelsForAvx512() {
    assertThat(Glibc.coreType("AuthenticAMD", Set.of("avx2", "avx512vl"))).isEqualTo("SKYLAKEX");
    assertThat(Glibc.coreType("AuthenticAMD", Set.of("avx2"))).isEmpty();
    assertThat(Glibc.coreType("GenuineIntel", Set.of("avx2", "avx512vl"))).isEmpty();
  }

  @Test
  void nativeCodeSeesANewVariable() {
    assumeTrue(Engine.isLinux());
    Native.load();
    Glibc.setEnvironment("VIT4J_GLIBC_TEST", "a b");
    StringOptional found = torch.get_env("VIT4J_GLIBC_TEST");
    assertThat(found.has_value()).isTrue();
    assertThat(found.get().getString()).isEqualTo("a b");
    assertThat(torch.has_env("PATH")).isTrue(); // the others are still there
  }
}
