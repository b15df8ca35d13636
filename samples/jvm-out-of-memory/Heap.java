import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

class Heap {
    static void keep() {
        List<byte[]> orders = new ArrayList<>();
        for (;;) orders.add(new byte[1_000_000]);
    }

    static void keepEntries() {
        Map<Integer, String> orders = new HashMap<>();
        for (int i = 0;; i++) orders.put(i, "tea " + i);
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "main" -> keep();
            case "map" -> keepEntries();
            case "pool" -> {
                var pool = Executors.newFixedThreadPool(2);
                pool.execute(Heap::keep);
                pool.shutdown();
            }
            default -> {
                try {
                    keep();
                } catch (OutOfMemoryError error) {
                    Logger.getLogger("shop.orders").log(Level.SEVERE, "order 17 failed", error);
                }
            }
        }
    }
}
