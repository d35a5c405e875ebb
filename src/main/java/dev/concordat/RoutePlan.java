package dev.concordat;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which files of routes are to be in force, of those in force and those on disk: each as a whole or not at all, and no route twice. A route
 * moves to another file where that is taken, else it stays. Of a file that is gone go on the routes that no other file has.
 *
 * @param wanted  files that are to be in force, by name
 * @param refused why files on disk are not among them, by name
 */
record RoutePlan(Map<String, RouteFile> wanted, Map<String, String> refused) {

    /**
     * @param onDisk   what can be read on disk, by name
     * @param mistakes what is wrong with files on disk, read or not, by name
     */
    static RoutePlan of(Map<String, RouteFile> inForce, Map<String, RouteFile> onDisk, Map<String, String> mistakes) {
        var refused = new TreeMap<>(mistakes);
        while (true) {
            var plan = new RoutePlan(wanted(inForce, onDisk, refused), refused);
            var objections = new TreeMap<String, String>();
            onDisk.forEach((name, file) -> {
                String objection = refused.containsKey(name) ? "" : plan.objection(file, inForce, onDisk);
                if (!objection.isEmpty()) {
                    objections.put(name, objection);
                }
            });
            if (objections.isEmpty()) {
                return plan;
            }
            refused.putAll(objections);
        }
    }

    private static Map<String, RouteFile> wanted(Map<String, RouteFile> inForce, Map<String, RouteFile> onDisk, Map<String, String> refused) {
        var wanted = new TreeMap<>(onDisk);
        wanted.keySet().removeAll(refused.keySet());
        var taken = ids(wanted.values());
        var texts = wanted.values().stream().map(RouteFile::text).collect(Collectors.toSet());
        inForce.forEach((name, file) -> {
            if (refused.containsKey(name)) {
                wanted.put(name, file);
            } else if (!onDisk.containsKey(name)) {
                var left = file.without(taken);
                boolean moved = texts.contains(file.text()) || left.ids().isEmpty() && !file.ids().isEmpty();
                if (!moved) {
                    wanted.put(name, left);
                }
            }
        });
        return wanted;
    }

    private String objection(RouteFile file, Map<String, RouteFile> inForce, Map<String, RouteFile> onDisk) {
        var before = idsOf(inForce.get(file.name()));
        for (RouteFile other : wanted.values()) {
            for (String id : other.ids()) {
                if (file.ids().contains(id) && !before.contains(id) && other != file) {
                    return "route [" + id + "] is one of " + other.name() + "; each route should have an id of its own";
                }
            }
        }
        var stepsBefore = inForce.containsKey(file.name()) ? inForce.get(file.name()).steps() : Set.<String>of();
        for (RouteFile other : wanted.values()) {
            var same = other == file ? Optional.<String>empty() : file.steps().stream().filter(step -> other.steps().contains(step) && !stepsBefore.contains(step)).sorted().findFirst();
            if (same.isPresent()) {
                return "step [" + same.get() + "] is one of " + other.name() + "; each step should have an id of its own";
            }
        }
        var configurations = wanted.values().stream().flatMap(RouteFile::configurations).collect(Collectors.toCollection(TreeSet::new));
        for (var configured : file.configured().entrySet()) {
            if (!configurations.contains(configured.getKey())) {
                return "route [" + configured.getValue() + "] names route configuration [" + configured.getKey() + "], which no file has"
                        + Spelling.nearest(configurations.stream(), configured.getKey()).map(near -> "; one has [" + near + "]").orElse("");
            }
        }
        for (String name : refused.keySet()) {
            for (String id : idsOf(onDisk.get(name))) {
                if (before.contains(id) && !file.ids().contains(id)) {
                    return "route [" + id + "] should stay until " + name + " is mended, where it is to go";
                }
            }
        }
        return deadEnd(file, inForce, onDisk);
    }

    /** What the file sends where no route takes it, or no more takes though a route still sends it. */
    private String deadEnd(RouteFile file, Map<String, RouteFile> inForce, Map<String, RouteFile> onDisk) {
        RouteFile before = inForce.get(file.name());
        boolean isNew = before == null || !before.text().equals(file.text());
        var given = inForce.values().stream().filter(each -> onDisk.containsKey(each.name()) && !refused.containsKey(each.name())).toList();
        var taken = wanted.values().stream().flatMap(each -> each.calls().taken().stream()).collect(Collectors.toSet());
        for (RouteFile sender : wanted.values()) {
            for (RouteCalls.Call call : sender.calls().sent()) {
                if (RouteCalls.reaches(taken, call.to())) {
                    continue;
                }
                if (before != null && RouteCalls.reaches(before.calls().taken(), call.to())) {
                    return "a route should go on to take from " + call.to() + ", to which " + sender.name() + ":" + call.place() + " sends";
                }
                // Else the file that no more takes it is to blame.
                if (sender == file && isNew && given.stream().noneMatch(each -> RouteCalls.reaches(each.calls().taken(), call.to()))) {
                    return call.place() + " sends to " + call.to() + ", from which no route takes"
                            + Spelling.nearest(taken.stream(), call.to()).map(near -> "; from " + near + " one does").orElse("");
                }
            }
        }
        return "";
    }

    /** The ids of all routes that are to run. */
    Set<String> ids() {
        return ids(wanted.values());
    }

    /**
     * Names of files that are to change together, because a route moves between them; empty where none is to change.
     *
     * @param last those that should wait for all others
     */
    Set<String> next(Map<String, RouteFile> inForce, Collection<String> last) {
        var changed = new TreeSet<>(inForce.keySet());
        changed.addAll(wanted.keySet());
        changed.removeIf(name -> text(inForce, name).equals(text(wanted, name)));
        var group = new TreeSet<String>();
        changed.stream().filter(name -> !last.contains(name)).findFirst().or(() -> changed.stream().findFirst()).ifPresent(group::add);
        boolean grows = true;
        while (grows) {
            grows = group.addAll(changed.stream().filter(name -> group.stream().anyMatch(other -> isLinked(name, other, inForce))).toList());
        }
        return group;
    }

    private boolean isLinked(String one, String other, Map<String, RouteFile> inForce) {
        return !Collections.disjoint(both(one, inForce), both(other, inForce)) || text(inForce, one).equals(text(wanted, other))
                || text(inForce, other).equals(text(wanted, one)) || isCalled(one, other, inForce) || isCalled(other, one, inForce);
    }

    /** Whether a file sends what another one takes only afterwards, or no more. */
    private boolean isCalled(String sender, String taker, Map<String, RouteFile> inForce) {
        return isCalled(wanted.get(sender), wanted.get(taker), inForce.get(taker)) || isCalled(inForce.get(sender), inForce.get(taker), wanted.get(taker));
    }

    private static boolean isCalled(RouteFile sender, RouteFile with, RouteFile without) {
        return sender != null && with != null && sender.calls().sent().stream().map(RouteCalls.Call::to).anyMatch(to ->
                RouteCalls.reaches(with.calls().taken(), to) && !(without != null && RouteCalls.reaches(without.calls().taken(), to)));
    }

    private Set<String> both(String name, Map<String, RouteFile> inForce) {
        var ids = new HashSet<>(idsOf(inForce.get(name)));
        ids.addAll(idsOf(wanted.get(name)));
        return ids;
    }

    private static String text(Map<String, RouteFile> files, String name) {
        return files.containsKey(name) ? files.get(name).text() : "gone " + name;
    }

    private static Set<String> idsOf(RouteFile file) {
        return file == null ? Set.of() : file.ids();
    }

    private static Set<String> ids(Collection<RouteFile> files) {
        return files.stream().flatMap(file -> file.ids().stream()).collect(Collectors.toSet());
    }
}
