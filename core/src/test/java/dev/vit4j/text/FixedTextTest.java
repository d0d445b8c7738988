package dev.vit4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged text is repaired as ftfy 6.3.1 does it; ordinary text is not touched. */
class FixedTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "schÃ¶n | schön",
        "Ã©tÃ© Ã¼ber | été über",
        "clichÃƒÂ© | cliché",
        "itâ€™s â€œgoodâ€\u009D â€” yesâ€¦ | it's \"good\" — yes…",
        "Å“uf cÅ“ur | œuf cœur",
        "Ð¿Ñ€Ð¸Ð²ÐµÑ‚ Ð¼Ð¸Ñ€ | привет мир",
        "ðŸ˜€ âœ” â†’ | 😀 ✔ →",
        "æ—¥æœ¬ | 日本",
        "cafĂ© | café",
        "na√Øve | naïve",
        "вЂ¦ да | … да",
        "cafÃ© ΑΘΗΝΑ | café ΑΘΗΝΑ",
        "&eacute;&NTILDE;&#233; &amp;lt; | éÑé <",
        "<b> &amp; | <b> &amp;",
        "ﬁne Ǆ ŉ | fine DŽ 'n",
        "Ｆｕｌｌ　ﾊﾞ | Full バ",
        "a\u0007b\uFEFFc\u206Ad \u001B[31me\u001B[0m | abcd e",
        "\u0080 e\u0301 \u0085 | € é …",
      })
  void damagedText(String text, String fixed) {
    assertThat(FixedText.of(text)).isEqualTo(fixed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CAFÉ ÊTRE « déjà vu » — c'était génial…",
        "NÃO, MAÇÃ, AÇÃO; São Paulo",
        "Příliš žluťoučký kůň; Łódź, Őrült Ünnep",
        "İstanbul'da güneşli; ŞEHİR ĞÜÖ",
        "Київ, Сірко, Љубљана, ΑΘΗΝΑ «Έτσι»",
        "25 °C, £5, x² ≤ 10, √2, ½, É® Ü™ Ö…",
        "日本語 한국어 ภาษาไทย 😀 ❤️",
        "AT&T, Q&A; this&not that",
        "a\nb\n",
      })
  void ordinaryText(String text) {
    assertThat(FixedText.of(text)).isEqualTo(text);
  }
}
