package dev.vit4j.model.clip;

import dev.vit4j.model.Interop;
import java.util.ArrayList;
import java.util.List;

/** The weights that open_clip 3.3 publishes for the models of the catalog. */
final class ClipWeights {
  /** Model, tag, repository on the Hugging Face Hub, activation if it is not GELU. */
  private static final String TABLE =
      """
      RN50          openai                         timm/resnet50_clip.openai quick_gelu
      RN50          yfcc15m                        timm/resnet50_clip.yfcc15m quick_gelu
      RN50          cc12m                          timm/resnet50_clip.cc12m quick_gelu
      RN101         openai                         timm/resnet101_clip.openai quick_gelu
      RN101         yfcc15m                        timm/resnet101_clip.yfcc15m quick_gelu
      RN50x4        openai                         timm/resnet50x4_clip.openai quick_gelu
      RN50x16       openai                         timm/resnet50x16_clip.openai quick_gelu
      RN50x64       openai                         timm/resnet50x64_clip.openai quick_gelu
      ViT-B-32      openai                         timm/vit_base_patch32_clip_224.openai quick_gelu
      ViT-B-32      laion400m_e31                  timm/vit_base_patch32_clip_224.laion400m_e31 quick_gelu
      ViT-B-32      laion400m_e32                  timm/vit_base_patch32_clip_224.laion400m_e32 quick_gelu
      ViT-B-32      laion2b_e16                    timm/vit_base_patch32_clip_224.laion2b_e16
      ViT-B-32      laion2b_s34b_b79k              laion/CLIP-ViT-B-32-laion2B-s34B-b79K
      ViT-B-32      datacomp_xl_s13b_b90k          laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K
      ViT-B-32      datacomp_m_s128m_b4k           laion/CLIP-ViT-B-32-DataComp.M-s128M-b4K
      ViT-B-32      commonpool_m_clip_s128m_b4k    laion/CLIP-ViT-B-32-CommonPool.M.clip-s128M-b4K
      ViT-B-32      commonpool_m_laion_s128m_b4k   laion/CLIP-ViT-B-32-CommonPool.M.laion-s128M-b4K
      ViT-B-32      commonpool_m_image_s128m_b4k   laion/CLIP-ViT-B-32-CommonPool.M.image-s128M-b4K
      ViT-B-32      commonpool_m_text_s128m_b4k    laion/CLIP-ViT-B-32-CommonPool.M.text-s128M-b4K
      ViT-B-32      commonpool_m_basic_s128m_b4k   laion/CLIP-ViT-B-32-CommonPool.M.basic-s128M-b4K
      ViT-B-32      commonpool_m_s128m_b4k         laion/CLIP-ViT-B-32-CommonPool.M-s128M-b4K
      ViT-B-32      datacomp_s_s13m_b4k            laion/CLIP-ViT-B-32-DataComp.S-s13M-b4K
      ViT-B-32      commonpool_s_clip_s13m_b4k     laion/CLIP-ViT-B-32-CommonPool.S.clip-s13M-b4K
      ViT-B-32      commonpool_s_laion_s13m_b4k    laion/CLIP-ViT-B-32-CommonPool.S.laion-s13M-b4K
      ViT-B-32      commonpool_s_image_s13m_b4k    laion/CLIP-ViT-B-32-CommonPool.S.image-s13M-b4K
      ViT-B-32      commonpool_s_text_s13m_b4k     laion/CLIP-ViT-B-32-CommonPool.S.text-s13M-b4K
      ViT-B-32      commonpool_s_basic_s13m_b4k    laion/CLIP-ViT-B-32-CommonPool.S.basic-s13M-b4K
      ViT-B-32      commonpool_s_s13m_b4k          laion/CLIP-ViT-B-32-CommonPool.S-s13M-b4K
      ViT-B-32      metaclip_400m                  timm/vit_base_patch32_clip_224.metaclip_400m quick_gelu
      ViT-B-32      metaclip_fullcc                timm/vit_base_patch32_clip_224.metaclip_2pt5b quick_gelu
      ViT-B-16      openai                         timm/vit_base_patch16_clip_224.openai quick_gelu
      ViT-B-16      laion400m_e31                  timm/vit_base_patch16_clip_224.laion400m_e31
      ViT-B-16      laion400m_e32                  timm/vit_base_patch16_clip_224.laion400m_e32
      ViT-B-16      laion2b_s34b_b88k              laion/CLIP-ViT-B-16-laion2B-s34B-b88K
      ViT-B-16      datacomp_xl_s13b_b90k          laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K
      ViT-B-16      datacomp_l_s1b_b8k             laion/CLIP-ViT-B-16-DataComp.L-s1B-b8K
      ViT-B-16      commonpool_l_clip_s1b_b8k      laion/CLIP-ViT-B-16-CommonPool.L.clip-s1B-b8K
      ViT-B-16      commonpool_l_laion_s1b_b8k     laion/CLIP-ViT-B-16-CommonPool.L.laion-s1B-b8K
      ViT-B-16      commonpool_l_image_s1b_b8k     laion/CLIP-ViT-B-16-CommonPool.L.image-s1B-b8K
      ViT-B-16      commonpool_l_text_s1b_b8k      laion/CLIP-ViT-B-16-CommonPool.L.text-s1B-b8K
      ViT-B-16      commonpool_l_basic_s1b_b8k     laion/CLIP-ViT-B-16-CommonPool.L.basic-s1B-b8K
      ViT-B-16      commonpool_l_s1b_b8k           laion/CLIP-ViT-B-16-CommonPool.L-s1B-b8K
      ViT-B-16      dfn2b                          apple/DFN2B-CLIP-ViT-B-16 quick_gelu
      ViT-B-16      metaclip_400m                  timm/vit_base_patch16_clip_224.metaclip_400m quick_gelu
      ViT-B-16      metaclip_fullcc                timm/vit_base_patch16_clip_224.metaclip_2pt5b quick_gelu
      ViT-L-14      openai                         timm/vit_large_patch14_clip_224.openai quick_gelu
      ViT-L-14      laion400m_e31                  timm/vit_large_patch14_clip_224.laion400m_e31
      ViT-L-14      laion400m_e32                  timm/vit_large_patch14_clip_224.laion400m_e32
      ViT-L-14      laion2b_s32b_b82k              laion/CLIP-ViT-L-14-laion2B-s32B-b82K
      ViT-L-14      datacomp_xl_s13b_b90k          laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K
      ViT-L-14      commonpool_xl_clip_s13b_b90k   laion/CLIP-ViT-L-14-CommonPool.XL.clip-s13B-b90K
      ViT-L-14      commonpool_xl_laion_s13b_b90k  laion/CLIP-ViT-L-14-CommonPool.XL.laion-s13B-b90K
      ViT-L-14      commonpool_xl_s13b_b90k        laion/CLIP-ViT-L-14-CommonPool.XL-s13B-b90K
      ViT-L-14      metaclip_400m                  timm/vit_large_patch14_clip_224.metaclip_400m quick_gelu
      ViT-L-14      metaclip_fullcc                timm/vit_large_patch14_clip_224.metaclip_2pt5b quick_gelu
      ViT-L-14      dfn2b                          apple/DFN2B-CLIP-ViT-L-14 quick_gelu
      ViT-L-14      dfn2b_s39b                     apple/DFN2B-CLIP-ViT-L-14-39B
      ViT-L-14-336  openai                         timm/vit_large_patch14_clip_336.openai quick_gelu
      ViT-H-14      laion2b_s32b_b79k              laion/CLIP-ViT-H-14-laion2B-s32B-b79K
      ViT-H-14      metaclip_fullcc                timm/vit_huge_patch14_clip_224.metaclip_2pt5b quick_gelu
      ViT-H-14      metaclip_altogether            timm/vit_huge_patch14_clip_224.metaclip_altogether
      ViT-H-14      dfn5b                          apple/DFN5B-CLIP-ViT-H-14 quick_gelu
      """;

  private static final List<Interop.OpenClipWeights> ALL = new ArrayList<>();

  static {
    for (String line : TABLE.lines().toList()) {
      List<String> columns = List.of(line.split(" +", -1));
      boolean quick = columns.size() > 3;
      String model = columns.get(0) + (quick ? ClipFamily.QUICK : "");
      ALL.add(new Interop.OpenClipWeights(model, columns.get(1), columns.get(2)));
    }
  }

  private ClipWeights() {}

  static List<Interop.OpenClipWeights> all() {
    return List.copyOf(ALL);
  }
}
