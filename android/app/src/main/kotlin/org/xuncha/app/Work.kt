package org.xuncha.app

import android.os.Handler
import android.os.Looper
import kotlinx.coroutines.runBlocking
import org.xuncha.core.BookException
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** Work of a screen away from the main thread, such as a large photo or the network. */
class Work : AutoCloseable {
    private val worker = Executors.newSingleThreadExecutor { Thread(it, "work") }
    private val main = Handler(Looper.getMainLooper())
    private var generation = 0
    private val underWay = AtomicInteger()

    /** Whether something is under way or not yet told. */
    val isBusy: Boolean get() = underWay.get() > 0

    /** Does it, and tells the outcome on the main thread unless the screen was left meanwhile. */
    fun <T> start(work: suspend () -> T, then: (Result<T>) -> Unit) {
        val begun = generation
        underWay.incrementAndGet()
        worker.execute {
            val outcome = try {
                Result.success(runBlocking { work() })
            } catch (error: BookException) {
                Result.failure(error)
            }
            main.post {
                underWay.decrementAndGet()
                if (begun == generation) then(outcome)
            }
        }
    }

    /** What was begun is not told any more; it goes on to its end all the same. */
    fun forget() {
        generation++
    }

    override fun close() {
        forget()
        worker.shutdown()
    }
}
