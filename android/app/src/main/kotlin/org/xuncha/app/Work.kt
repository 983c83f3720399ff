package org.xuncha.app

import android.os.Handler
import android.os.Looper
import kotlinx.coroutines.runBlocking
import org.xuncha.core.BookException
import org.xuncha.core.WrongLibrary
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeUnit

/**
 * Work away from the main thread, such as a large photo or the network.
 *
 * It lives as long as the process: it goes on to its end though the screen that began it was left or the phone was
 * turned, and what fails then waits for whichever screen is shown. All but the work itself is on the main thread.
 */
class Work : AutoCloseable {
    private val worker: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "work") }
    private val main = Handler(Looper.getMainLooper())
    private val underWay = ArrayList<String>()
    private val listeners = LinkedHashSet<() -> Unit>()
    private var untold: Throwable? = null

    /** Whether something is under way or not yet told. */
    val isBusy: Boolean get() = underWay.isNotEmpty()

    fun isBusyWith(about: String): Boolean = about in underWay

    /** Does it, and tells the outcome to [then] if that [isWanted] still. [about] is what it is for. */
    fun <T> start(about: String, work: suspend () -> T, isWanted: () -> Boolean, then: (Result<T>) -> Unit) {
        underWay += about
        try {
            worker.execute {
                val outcome = try {
                    Result.success(runBlocking { work() })
                } catch (error: BookException) {
                    Result.failure(error)
                } catch (error: WrongLibrary) {
                    Result.failure(error)
                }
                main.post { end(about, outcome, isWanted, then) }
            }
        } catch (_: RejectedExecutionException) {
            // Closed meanwhile: nobody is there to be told.
            underWay -= about
        }
    }

    /** The same with what [first] gives, on the main thread and once. Until then the worker is free for other work. */
    fun <A, T> startWith(
        first: (given: (Result<A>) -> Unit) -> Unit,
        about: String,
        work: suspend (A) -> T,
        isWanted: () -> Boolean,
        then: (Result<T>) -> Unit,
    ) {
        underWay += about
        first { given ->
            given.onSuccess {
                underWay -= about
                start(about, { work(it) }, isWanted, then)
            }
            given.onFailure { end(about, Result.failure(it), isWanted, then) }
        }
    }

    private fun <T> end(about: String, outcome: Result<T>, isWanted: () -> Boolean, then: (Result<T>) -> Unit) {
        underWay -= about
        if (isWanted()) then(outcome) else untold = outcome.exceptionOrNull() ?: untold
        listeners.toList().forEach { it() }
    }

    /** What failed when nobody wanted to know any more; told once. */
    fun takeUntold(): Throwable? = untold.also { untold = null }

    /** Calls [listener] whenever some work has ended. */
    fun listen(listener: () -> Unit) = listeners.add(listener)

    fun unlisten(listener: () -> Unit) = listeners.remove(listener)

    override fun close() {
        worker.shutdown()
        worker.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)
    }

    private companion object {
        const val CLOSING_SECONDS = 20L
    }
}
