package dev.concordat.contract;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

/** What stands in a folder that people and their tools edit. */
public final class Folder {
    private Folder() {
    }

    /**
     * The files in a folder and below it, in the order of their paths. Links are followed; the folder itself may be one. A name that begins with a
     * dot is that of an editor's own file, or of a folder with the versions of before, as in a mounted ConfigMap: it is left out with all below it.
     * What is there and cannot be opened is among them; who reads it finds why.
     *
     * @throws IOException where the folder itself cannot be opened
     */
    public static List<Path> files(Path folder, Predicate<Path> which) throws IOException {
        return files(folder, Integer.MAX_VALUE, which);
    }

    /** As {@link #files(Path, Predicate)}, and so many folders deep; what is in the folder itself is one deep. */
    static List<Path> files(Path folder, int depth, Predicate<Path> which) throws IOException {
        var files = new ArrayList<Path>();
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path found, BasicFileAttributes attributes) {
                return isHidden(found) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path found, BasicFileAttributes attributes) {
                if (!isHidden(found) && which.test(found)) {
                    files.add(found);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path found, IOException cause) throws IOException {
                if (found.equals(folder)) {
                    throw cause;
                }
                boolean seen = cause instanceof FileSystemLoopException;
                if (!seen && !isHidden(found) && (which.test(found) || Files.isDirectory(found))) {
                    files.add(found);
                }
                return FileVisitResult.CONTINUE;
            }

            private boolean isHidden(Path found) {
                return !found.equals(folder) && found.getFileName().toString().startsWith(".");
            }
        });
        Collections.sort(files);
        return files;
    }
}
