package org.xuncha.app

import android.app.Activity
import org.xuncha.app.platform.Locator

/** Reads the position for the screen on top: asks the system first where it must, and says why there is none. */
class Positioning(private val activity: Activity, private val choices: Choices) {
    private val locator = Locator(activity.applicationContext)
    private var reading: Locator.Reading? = null
    private var asking: ((Located) -> Unit)? = null

    /** Whether the system came back without an answer to what we are [asking]. */
    private var isUnanswered = false

    /** Whether it may be read without asking anybody. */
    val mayRead: Boolean get() = choices.usesPosition == true && locator.isAllowed()

    fun read(then: (Located) -> Unit) {
        when {
            choices.usesPosition != true -> then(Located.Not.WANTED)
            locator.isAllowed() -> locate(then)
            else -> {
                asking = then
                activity.requestPermissions(Locator.PERMISSIONS, ASK)
            }
        }
    }

    /** Asks again what was left unanswered. Where the question still stands, the system asks no second time. */
    fun onResume() {
        val then = asking?.takeIf { isUnanswered } ?: return
        isUnanswered = false
        asking = null
        read(then)
    }

    /** What the system's question was answered with. */
    fun onAnswer(request: Int, results: IntArray) {
        if (request != ASK) return
        // Without results it still stands, as when the phone is turned over it, or was left for another app.
        isUnanswered = results.isEmpty()
        if (isUnanswered) return
        val then = asking ?: return
        asking = null
        if (locator.isAllowed()) locate(then) else then(Located.Not.ALLOWED)
    }

    private fun locate(then: (Located) -> Unit) {
        if (!locator.isSwitchedOn()) return then(Located.Not.SWITCHED_ON)
        reading = locator.read { fix -> then(fix?.let { Located.Found(it) } ?: Located.Not.HEARD) }
    }

    /** Nobody wants to know any more. */
    fun stop() {
        reading?.stop()
        reading = null
        asking = null
        isUnanswered = false
    }

    private companion object {
        const val ASK = 2
    }
}
