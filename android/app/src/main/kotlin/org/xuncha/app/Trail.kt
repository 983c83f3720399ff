package org.xuncha.app

import android.os.Bundle

/** The way through the app: the place on top is shown, those below are gone back to. There is always one. */
class Trail {
    private val places = arrayListOf(Place(Kind.HOME))

    val top: Place get() = places.last()

    /** Whether there is nothing to go back to. */
    val isAtStart: Boolean get() = places.size == 1

    fun add(place: Place) {
        places.add(place)
    }

    /** Puts a place where the one on top is. */
    fun replace(place: Place) {
        places[places.lastIndex] = place
    }

    fun begin(place: Place) {
        places.clear()
        places.add(place)
    }

    /** One place back; from the start to the first page. */
    fun back() {
        places.removeAt(places.lastIndex)
        if (places.isEmpty()) places.add(Place(Kind.HOME))
    }

    /** Over rotation and the death of the process this is what is kept; what was entered is in the core. */
    fun save(state: Bundle) = state.putParcelableArrayList(PLACES, places.mapTo(ArrayList(), Place::toBundle))

    fun restore(state: Bundle?) {
        @Suppress("DEPRECATION")
        val kept = state?.getParcelableArrayList<Bundle>(PLACES)?.mapNotNull(Place::of).orEmpty()
        if (kept.isEmpty()) return
        places.clear()
        places.addAll(kept)
    }

    private companion object {
        const val PLACES = "trail"
    }
}
