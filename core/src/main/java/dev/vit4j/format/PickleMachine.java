package dev.vit4j.format;

import dev.vit4j.format.Pickle.Bytes;
import dev.vit4j.format.Pickle.Callable;
import dev.vit4j.format.Pickle.Global;
import dev.vit4j.format.Pickle.Persistent;
import dev.vit4j.format.Pickle.Stateful;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Executes the opcodes of a {@link Pickle}, which documents them. */
final class PickleMachine {
  /** Maximum number of steps; each creates at most one small object. */
  private static final int MAX_STEPS = 4_000_000;

  private static final int NEWEST = 5;

  private final PickleInput in;
  private final Function<String, @Nullable Callable> names;
  private final @Nullable Persistent persistent;
  private final PickleStack stack;
  private final Map<Long, @Nullable Object> memo = new HashMap<>();

  /** Number of bytes copied by calls; the limit prevents repeated copies of a memoized text. */
  private long copied;

  PickleMachine(
      PickleInput in, Function<String, @Nullable Callable> names, @Nullable Persistent persistent) {
    this.in = in;
    this.names = names;
    this.persistent = persistent;
    this.stack = new PickleStack(in);
  }

  int position() {
    return in.position();
  }

  @Nullable Object run() throws FormatException {
    stack.clear();
    memo.clear();
    int start = in.position();
    for (int steps = 0; steps < MAX_STEPS; steps++) {
      int at = in.position();
      int op = in.u1();
      if (op == '.') {
        Object value = stack.pop(at);
        PickleNesting.check(value, Pickle.MAX_DEPTH, reason -> in.wrong(start, reason));
        return value;
      }
      try {
        step(op, at);
      } catch (IllegalArgumentException e) {
        throw in.wrong(at, String.valueOf(e.getMessage()));
      }
    }
    throw in.wrong(in.position(), "more than " + MAX_STEPS + " steps");
  }

  private void step(int op, int at) throws FormatException {
    if (!literal(op) && !container(op, at) && !memoOrStack(op, at) && !object(op, at)) {
      throw in.wrong(at, "opcode 0x%02x is not supported".formatted(op));
    }
  }

  private boolean literal(int op) throws FormatException {
    switch (op) {
      case 'N' -> stack.push(null);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'I', 'L' -> stack.push(in.decimal());
      case 'J' -> stack.push((long) in.i4());
      case 'K' -> stack.push((long) in.u1());
      case 'M' -> stack.push((long) in.u2());
      case 0x8a -> stack.push(in.integer(in.u1()));
      case 0x8b -> stack.push(in.integer(in.i4()));
      case 'F' -> stack.push(in.real());
      case 'G' -> stack.push(in.f8());
      case 'S' -> stack.push(in.quoted());
      case 'U', 'C' -> stack.push(in.take(in.u1()));
      case 'T' -> stack.push(in.take(in.i4()));
      case 'B' -> stack.push(in.take(in.u4()));
      case 0x8e, 0x96 -> stack.push(in.take(in.i8()));
      case 'V' -> stack.push(in.rawUnicode());
      case 0x8c -> stack.push(in.utf8(in.u1()));
      case 'X' -> stack.push(in.utf8(in.u4()));
      case 0x8d -> stack.push(in.utf8(in.i8()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int op, int at) throws FormatException {
    switch (op) {
      case ']' -> stack.push(new ArrayList<>());
      case 'l' -> stack.push(stack.popMark(at));
      case 'a' -> {
        Object item = stack.pop(at);
        list(at).add(item);
      }
      case 'e' -> {
        List<@Nullable Object> items = stack.popMark(at);
        list(at).addAll(items);
      }
      case ')' -> stack.push(List.of());
      case 't' -> stack.push(Collections.unmodifiableList(stack.popMark(at)));
      case 0x85, 0x86, 0x87 ->
          stack.push(Collections.unmodifiableList(stack.popLast(op - 0x84, at)));
      case '}' -> stack.push(new LinkedHashMap<>());
      case 'd' -> {
        List<@Nullable Object> items = stack.popMark(at);
        stack.push(new LinkedHashMap<>());
        putAll(items, at);
      }
      case 's' -> putAll(stack.popLast(2, at), at);
      case 'u' -> putAll(stack.popMark(at), at);
      case 0x8f -> stack.push(new LinkedHashSet<>());
      case 0x90 -> {
        List<@Nullable Object> items = stack.popMark(at);
        addAll(stack.top(LinkedHashSet.class, at), items, at);
      }
      case 0x91 -> stack.push(addAll(new LinkedHashSet<>(), stack.popMark(at), at));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memoOrStack(int op, int at) throws FormatException {
    switch (op) {
      case '(' -> stack.mark();
      case '0' -> stack.drop(at);
      case '1' -> stack.popMark(at);
      case '2' -> stack.push(stack.top(Object.class, at));
      case 'g' -> get(in.decimal(), at);
      case 'h' -> get((long) in.u1(), at);
      case 'j' -> get(in.u4(), at);
      case 'p' -> put(in.decimal(), at);
      case 'q' -> put((long) in.u1(), at);
      case 'r' -> put(in.u4(), at);
      case 0x94 -> put((long) memo.size(), at);
      case 0x95 -> in.frame();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int op, int at) throws FormatException {
    switch (op) {
      case 0x80 -> {
        int protocol = in.u1();
        if (protocol > NEWEST) {
          throw in.wrong(at, "protocol %d is newer than %d".formatted(protocol, NEWEST));
        }
      }
      case 'c' -> {
        String module = in.line();
        stack.push(global(module, in.line(), at));
      }
      case 0x93 -> {
        List<@Nullable Object> names = stack.popLast(2, at);
        stack.push(global(Pickle.text(names.get(0)), Pickle.text(names.get(1)), at));
      }
      case 'R', 0x81 -> {
        List<@Nullable Object> call = stack.popLast(2, at);
        stack.push(call(call.get(0), call.get(1), at));
      }
      case 0x92 -> {
        List<@Nullable Object> call = stack.popLast(3, at);
        if (!(call.get(2) instanceof Map<?, ?> words) || !words.isEmpty()) {
          throw in.wrong(at, "an object created with keyword arguments is not supported");
        }
        stack.push(call(call.get(0), call.get(1), at));
      }
      case 'b' -> {
        Object state = stack.pop(at);
        Object target = stack.top(Object.class, at);
        if (target instanceof Stateful stateful) {
          charge(state, at);
          stateful.setState(state);
        } else if (!(target instanceof Map)) {
          // Attributes of a dict (torch sets _metadata on a state dict) do not affect its items.
          throw in.wrong(at, "sets the state of something that has none");
        }
      }
      case 'P' -> stack.push(load(in.line(), at));
      case 'Q' -> stack.push(load(stack.pop(at), at));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Global global(String module, String name, int at) throws FormatException {
    String full = module + "." + name;
    Callable callable = names.apply(full);
    if (callable == null) {
      throw in.wrong(
          at,
          "refers to %s, which is not supported: code in files is never executed".formatted(full));
    }
    return new Global(full, callable);
  }

  private @Nullable Object call(@Nullable Object what, @Nullable Object arguments, int at)
      throws FormatException {
    if (!(what instanceof Global global) || !(arguments instanceof List<?> list)) {
      throw in.wrong(at, "calls something that is not a name");
    }
    try {
      Object made = global.callable().call(Collections.unmodifiableList(list));
      charge(made, at);
      return made;
    } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException e) {
      throw in.wrong(at, "%s: %s".formatted(global.name(), e.getMessage()));
    }
  }

  /** Limits all copies together to the size of the file. */
  private void charge(@Nullable Object made, int at) throws FormatException {
    if (made instanceof Bytes bytes) {
      copied += bytes.length();
    } else if (made instanceof Collection<?> all) {
      copied += all.size();
    } else if (made instanceof Map<?, ?> map) {
      copied += map.size();
    }
    if (copied > in.size()) {
      throw in.wrong(at, "makes more objects than the file has bytes");
    }
  }

  private @Nullable Object load(@Nullable Object id, int at) throws FormatException {
    if (persistent == null) {
      throw in.wrong(at, "has a persistent id, which is not valid in this file");
    }
    return persistent.load(id);
  }

  private void get(Object number, int at) throws FormatException {
    if (!(number instanceof Long n) || !memo.containsKey(n)) {
      throw in.wrong(at, "the memo has no object " + number);
    }
    stack.push(memo.get(n));
  }

  private void put(Object number, int at) throws FormatException {
    if (!(number instanceof Long n) || n < 0) {
      throw in.wrong(at, "the memo has no place " + number);
    }
    memo.put(n, stack.top(Object.class, at));
  }

  /** Returns a modifiable list; tuples are not. */
  @SuppressWarnings("unchecked") // only this machine creates containers on the stack
  private List<@Nullable Object> list(int at) throws FormatException {
    return stack.top(ArrayList.class, at);
  }

  @SuppressWarnings("unchecked")
  private void putAll(List<@Nullable Object> items, int at) throws FormatException {
    Map<@Nullable Object, @Nullable Object> map = stack.top(LinkedHashMap.class, at);
    if (items.size() % 2 != 0) {
      throw in.wrong(at, "a dict gets a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      map.put(key(items.get(i), at), items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked")
  private Set<?> addAll(Set<?> set, List<@Nullable Object> items, int at) throws FormatException {
    for (Object item : items) {
      ((Set<@Nullable Object>) set).add(key(item, at));
    }
    return set;
  }

  /** Accepts scalar keys only: hashing nested values could take exponential time. */
  private @Nullable Object key(@Nullable Object key, int at) throws FormatException {
    if (key == null
        || key instanceof String
        || key instanceof Bytes
        || key instanceof Number
        || key instanceof Boolean) {
      return key;
    }
    throw in.wrong(at, "a dict or set has a key that is neither text nor number");
  }
}
