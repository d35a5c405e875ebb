package dev.concordat.contract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells whether a regular expression can match one text in a number of ways that grows exponentially with its length,
 * which is what a validator that tries one way after the other does not survive.
 *
 * <p>The expression becomes an automaton with one state for each of its atoms (Glushkov's construction). There are
 * exponentially many ways if and only if some state has two different ways back to itself over the same text: two
 * edges between the same states of a cycle, or a cycle over two different states in the square of the automaton.
 */
final class Ambiguity {
    /** Beyond this size nothing is claimed: RE2 searches it in linear time anyhow. */
    private static final int MOST_ATOMS = 120;
    private static final String SAMPLES = "aZmG05 _-.,;:@/+\n\t\u00e9";

    private final String regex;
    private final List<BitSet> atoms = new ArrayList<>();
    private final List<int[]> edges = new ArrayList<>();
    private final String alphabet;
    private int at;

    /** A part of the expression: whether it matches nothing, and the atoms it begins and ends with. */
    private record Part(boolean empty, BitSet first, BitSet last) {
    }

    /** It has something that this class does not read, or is too large. */
    private static final class Unread extends Exception {
        Unread() {
            super(null, null, false, false);
        }
    }

    private Ambiguity(String regex) {
        this.regex = regex;
        StringBuilder all = new StringBuilder(SAMPLES);
        regex.chars().distinct().forEach(c -> all.append((char) c));
        this.alphabet = all.toString();
    }

    static boolean isIn(String regex) {
        try {
            Ambiguity ambiguity = new Ambiguity(regex);
            ambiguity.alternatives();
            return ambiguity.isExponential();
        } catch (Unread e) {
            return false;
        }
    }

    private boolean isNext(char c) {
        return at < regex.length() && regex.charAt(at) == c;
    }

    private Part alternatives() throws Unread {
        Part all = sequence();
        while (isNext('|')) {
            at++;
            Part next = sequence();
            all = new Part(all.empty || next.empty, or(all.first, next.first), or(all.last, next.last));
        }
        return all;
    }

    private Part sequence() throws Unread {
        Part all = new Part(true, new BitSet(), new BitSet());
        while (at < regex.length() && !isNext('|') && !isNext(')')) {
            all = then(all, repeated());
        }
        return all;
    }

    private Part then(Part one, Part other) {
        follow(one.last, other.first);
        return new Part(one.empty && other.empty, one.empty ? or(one.first, other.first) : one.first,
                other.empty ? or(one.last, other.last) : other.last);
    }

    private Part repeated() throws Unread {
        int from = at;
        Part part = single();
        int to = at;
        while (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
            part = repeat(part, from, to);
        }
        return part;
    }

    private Part repeat(Part part, int from, int to) throws Unread {
        char c = regex.charAt(at++);
        if (c == '{') {
            int end = regex.indexOf('}', at);
            String[] counts = end < 0 ? new String[0] : regex.substring(at, end).split(",", -1);
            if (counts.length == 0 || counts.length > 2 || !counts[0].matches("\\d{1,3}")) {
                throw new Unread();
            }
            at = end + 1;
            return counted(part, from, to, Integer.parseInt(counts[0]), counts);
        }
        skip('?');
        if (c != '?') {
            follow(part.last, part.first);
        }
        return c == '+' ? part : new Part(true, part.first, part.last);
    }

    /** {@code x{2,}} is as {@code xx+}; how often it may be repeated beyond that does not matter to what grows. */
    private Part counted(Part part, int from, int to, int least, String[] counts) throws Unread {
        int after = at;
        Part all = part;
        for (int i = 1; i < Math.min(least, MOST_ATOMS + 1); i++) {
            at = from;
            all = then(all, single());
            if (at != to) {
                throw new Unread();
            }
            at = after;
        }
        if (counts.length == 2 && counts[1].isEmpty()) {
            at = from;
            Part more = single();
            at = after;
            follow(more.last, more.first);
            all = then(all, new Part(true, more.first, more.last));
        }
        skip('?');
        return least == 0 ? new Part(true, all.first, all.last) : all;
    }

    private void skip(char c) {
        if (isNext(c)) {
            at++;
        }
    }

    private Part single() throws Unread {
        char c = regex.charAt(at);
        if (c == '(') {
            at++;
            if (isNext('?')) {
                if (!regex.startsWith("?:", at)) {
                    throw new Unread();
                }
                at += 2;
            }
            Part inside = alternatives();
            if (!isNext(')')) {
                throw new Unread();
            }
            at++;
            return inside;
        }
        int from = at;
        at += c == '\\' ? escape() : c == '[' ? set() : 1;
        if (at > regex.length()) {
            throw new Unread();
        }
        String atom = regex.substring(from, at);
        return atom.matches("[\\^$]|\\\\[bBAzZ]") ? new Part(true, new BitSet(), new BitSet()) : atom(atom);
    }

    private int escape() {
        boolean named = regex.startsWith("{", at + 2) && "pP".indexOf(regex.charAt(at + 1)) >= 0;
        return named ? regex.indexOf('}', at) + 1 - at : 2;
    }

    private int set() {
        int end = at + 1;
        while (end < regex.length() && (regex.charAt(end) != ']' || end == at + 1)) {
            end += regex.charAt(end) == '\\' ? 2 : 1;
        }
        return end + 1 - at;
    }

    private Part atom(String atom) throws Unread {
        if (atoms.size() == MOST_ATOMS) {
            throw new Unread();
        }
        Pattern one = Pattern.compile(atom);
        BitSet letters = new BitSet();
        for (int i = 0; i < alphabet.length(); i++) {
            letters.set(i, one.matcher(alphabet.substring(i, i + 1)).matches());
        }
        atoms.add(letters);
        BitSet self = new BitSet();
        self.set(atoms.size() - 1);
        return new Part(false, self, self);
    }

    private void follow(BitSet last, BitSet first) {
        last.stream().forEach(from -> first.stream().forEach(to -> edges.add(new int[] {from, to})));
    }

    private static BitSet or(BitSet one, BitSet other) {
        BitSet both = (BitSet) one.clone();
        both.or(other);
        return both;
    }

    private boolean isExponential() {
        int size = atoms.size();
        BitSet[] next = new BitSet[size];
        Set<Integer> seen = new HashSet<>();
        List<int[]> twice = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            next[i] = new BitSet();
        }
        for (int[] edge : edges) {
            next[edge[0]].set(edge[1]);
            if (!seen.add(edge[0] * size + edge[1])) {
                twice.add(edge);
            }
        }
        for (int[] edge : twice) {
            if (edge[0] == edge[1] || isReachable(next, edge[1], edge[0])) {
                return true;
            }
        }
        for (int state = 0; state < size; state++) {
            if (hasTwoWaysBack(next, state)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isReachable(BitSet[] next, int from, int to) {
        BitSet reached = new BitSet();
        Deque<Integer> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            next[open.pop()].stream().filter(state -> !reached.get(state)).forEach(state -> {
                reached.set(state);
                open.push(state);
            });
        }
        return reached.get(to);
    }

    /** In the square of the automaton: from (state, state) over some (one, other) back to (state, state). */
    private boolean hasTwoWaysBack(BitSet[] next, int state) {
        int size = atoms.size();
        Set<Integer> reached = new HashSet<>();
        Deque<int[]> open = new ArrayDeque<>();
        open.push(new int[] {state, state, 0});
        while (!open.isEmpty()) {
            int[] pair = open.pop();
            for (int one = next[pair[0]].nextSetBit(0); one >= 0; one = next[pair[0]].nextSetBit(one + 1)) {
                for (int other = next[pair[1]].nextSetBit(0); other >= 0; other = next[pair[1]].nextSetBit(other + 1)) {
                    if (!atoms.get(one).intersects(atoms.get(other))) {
                        continue;
                    }
                    int parted = pair[2] == 1 || one != other ? 1 : 0;
                    if (parted == 1 && one == state && other == state) {
                        return true;
                    }
                    if (reached.add((one * size + other) * 2 + parted)) {
                        open.push(new int[] {one, other, parted});
                    }
                }
            }
        }
        return false;
    }
}
