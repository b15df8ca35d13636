import java.util.logging.Level;
import java.util.logging.Logger;

class Threads {
    static void start() {
        for (;;) {
            Thread waiting = new Thread(() -> {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException ignored) {
                }
            });
            waiting.setDaemon(true);
            waiting.start();
        }
    }

    public static void main(String[] args) {
        if (args[0].equals("main")) start();
        try {
            start();
        } catch (OutOfMemoryError error) {
            Logger.getLogger("shop.orders").log(Level.SEVERE, "no worker for order 17", error);
        }
    }
}
