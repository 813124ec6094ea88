import { expect, it } from "vitest";
import { kindOfLink, nameOf, readLink } from "./links";

const read = (text: string) => {
  const url = readLink(text);
  return url && [kindOfLink(url), nameOf(url)];
};

it("tells by an address what it leads to", () => {
  expect(read(" https://shop.example/pictures/Caf%C3%A9%201.JPG?size=large ")).toEqual([
    "image",
    "Café 1.JPG",
  ]);
  expect(read("https://shop.example/price-list.pdf")).toEqual(["document", "price-list.pdf"]);
  expect(read("https://shop.example/clip.mp4#t=3")).toEqual(["video", "clip.mp4"]);
  expect(read("https://shop.example/")).toEqual(["document", "shop.example"]);
  expect(read("https://shop.example/%E0%A4%A.pdf")).toEqual(["document", "%E0%A4%A.pdf"]);
});

it("takes nothing but https", () => {
  for (const bad of [
    "",
    "shop.example/a.jpg",
    "http://shop.example/a.jpg",
    "ftp://shop.example/a",
    "https://shop",
  ])
    expect(readLink(bad), bad).toBeUndefined();
});
