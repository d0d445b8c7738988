package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers written by hand, each wrong in one way, of files without data. */
class SafetensorsBadHeadersTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      emptyValue = "",
      value = {
        "{}[] | follows the header",
        "{}x | token",
        "{} {} | follows the header",
        "{ | end",
        "{\"a\" | end",
        "{\"a\": | end",
        "{\"a\":{ | end",
        "[] | does not begin with",
        "` {}` | does not begin with",
        "\"a\" | does not begin with",
        "`` | does not begin with",
        "{'a':1} | double-quote",
        "{a:1} | double-quote",
        "{\"a\":1} | expected an object",
        "{\"a\":null} | expected an object",
        "{\"a\":[]} | expected an object",
        "{\"a\":\"F32\"} | expected an object",
        "{\"a\":true} | expected an object",
        "{\"a\":{}} | lacks its",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}} | lacks its",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}} | lacks its",
        "{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}} | lacks its",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[],\"data_offsets\":[0,4]}} | unknown dtype 'F99'",
        "{\"a\":{\"dtype\":\"f32\",\"shape\":[],\"data_offsets\":[0,4]}} | unknown dtype 'f32'",
        "{\"a\":{\"dtype\":\"\",\"shape\":[],\"data_offsets\":[0,4]}} | unknown dtype ''",
        "{\"a\":{\"dtype\":\"C64\",\"shape\":[],\"data_offsets\":[0,4]}} | unknown dtype 'C64'",
        "{\"a\":{\"dtype\":{},\"shape\":[],\"data_offsets\":[0,4]}} | expected text",
        "{\"a\":{\"dtype\":4,\"shape\":[],\"data_offsets\":[0,4]}} | expected text",
        "{\"a\":{\"dtype\":null,\"shape\":[],\"data_offsets\":[0,4]}} | expected text",
        "{\"a\":{\"dtype\":[\"F32\"],\"shape\":[],\"data_offsets\":[0,4]}} | expected text",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | negative",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e3],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":{},\"data_offsets\":[0,4]}} | expected an array",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}} | expected an array",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":null,\"data_offsets\":[0,4]}} | expected an array",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}} | range",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}} | large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}} | Leading zero",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[+1],\"data_offsets\":[0,4]}} | '+'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0x1],\"data_offsets\":[0,4]}} | 'x'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[Infinity],\"data_offsets\":[0,4]}} | Infinity",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,],\"data_offsets\":[0,4]}} | ']'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | F32[2] needs 8 bytes, its data_offsets give it 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,4]}} | needs 0 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,3]}} | needs 4 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,5]}} | needs 4 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,0]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[]}} | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[-4,0]}} | negative",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,18446744073709551620]}} | range",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[\"0\",\"4\"]}} | whole number",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}} | cover 4 bytes, the file has 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,8]}} | leaves a gap before it",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[9223372036854775803,9223372036854775807]}} | leaves a gap",
        "{\"__metadata__\":{\"a\":1}} | expected text",
        "{\"__metadata__\":{\"a\":null}} | expected text",
        "{\"__metadata__\":{\"a\":{}}} | expected text",
        "{\"__metadata__\":[]} | expected an object",
        "{\"__metadata__\":\"a\"} | expected an object",
        "{\"__metadata__\":{\"a\":\"x\",\"a\":\"y\"}} | Duplicate",
        "{\"__metadata__\":{},\"__metadata__\":{}} | Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F16\"}} | Duplicate",
        "{\"\\ud800\":{}} | surrogate",
        "{\"\\x\":{}} | escape",
      })
  void saysWhatIsWrong(String header, String reason) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(SafetensorsTest.prefix(json.length), 8 + json.length);
    System.arraycopy(json, 0, bytes, 8, json.length);
    Path path = Files.write(dir.resolve("x.safetensors"), bytes);
    assertThatThrownBy(() -> TensorFile.open(path).close())
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason)
        .hasMessageStartingWith(path + ": at byte ")
        .hasMessageNotContaining("\n");
  }
}
